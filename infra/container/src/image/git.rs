use std::path::Path;
use std::process::Command;

use super::source::{APART, DIRECTORIES, FILES};

/// The last commit that changed the sources, with `-dirty` where they were changed since.
///
/// None where there is no git, or no repository.
pub(crate) fn revision(workspace: &Path) -> Option<String> {
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
        .args(APART.map(|apart| format!(":(exclude){apart}")))
        .current_dir(workspace)
        .output()
        .ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| text.trim().to_owned())
}
