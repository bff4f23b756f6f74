use std::path::Path;
use std::process::Command;

use crate::image::dist::{DIRECTORIES, EXCLUDED, FILES};

/// The last commit that changed the sources, with `-dirty` if they were changed after it.
///
/// `None` without git, or outside a repository.
pub(super) fn last_commit(workspace: &Path) -> Option<String> {
    let mut commit = git(workspace, &["log", "-1", "--format=%H"])?;
    if commit.is_empty() {
        return None;
    }
    if !git(workspace, &["status", "--porcelain"])?.is_empty() {
        commit.push_str("-dirty");
    }
    Some(commit)
}

fn git(workspace: &Path, arguments: &[&str]) -> Option<String> {
    let output = Command::new("git")
        .args(arguments)
        .arg("--")
        .args(FILES)
        .args(DIRECTORIES)
        .args(EXCLUDED.map(|excluded| format!(":(exclude){excluded}")))
        .current_dir(workspace)
        .output()
        .ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| text.trim().to_owned())
}
