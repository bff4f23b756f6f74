//! Gives a process the machine of a small task: a quarter of a core, and 512 MB.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use tokio::process::Command;
use tokio::task::JoinHandle;

const MEMORY: u64 = 512 * 1024 * 1024;
const ROOT: &str = "/sys/fs/cgroup";
/// Without cgroups: how long the process runs, and how long it is stopped.
const ON: Duration = Duration::from_millis(10);
const OFF: Duration = Duration::from_millis(30);
/// How often a group is tried to be removed. Its process may be ending.
const REMOVALS: usize = 100;
/// A shell moves itself to the groups before it becomes the program, which so sees its limits from the start.
const ENTER: &str = r#"while [ "$1" != -- ]; do echo $$ > "$1/cgroup.procs" || exit; shift; done; shift; exec "$@""#;

/// A machine for one process. It ends when this is dropped, after the process.
pub(crate) struct Confined {
    /// How that is done.
    pub(crate) how: &'static str,
    groups: Vec<PathBuf>,
    /// The most memory of the process and of the kernel for it, in bytes.
    peak: Option<PathBuf>,
    signals: Option<JoinHandle<()>>,
}

impl Confined {
    pub(crate) fn new() -> Self {
        let of_groups = |how, groups: Vec<PathBuf>, peak: &str| Self {
            how,
            peak: groups.last().map(|group| group.join(peak)),
            groups,
            signals: None,
        };
        if let Some(groups) = unified() {
            let how = "a quarter of a core and 512 MB by cgroup v2";
            return of_groups(how, groups, "memory.peak");
        }
        if let Some(groups) = divided() {
            let how = "a quarter of a core and 512 MB by cgroup v1";
            return of_groups(how, groups, "memory.max_usage_in_bytes");
        }
        Self {
            how: "a quarter of a core by stopping it three quarters of the time: no cgroup can be made here, which needs root",
            groups: Vec::new(),
            peak: None,
            signals: None,
        }
    }

    /// A command that runs the program in it.
    pub(crate) fn command(&self, program: &[OsString]) -> Command {
        let mut command = Command::new("/bin/sh");
        command
            .args(["-c", ENTER, "sh"])
            .args(&self.groups)
            .arg("--")
            .args(program);
        command
    }

    /// Confines a process that was started by [`Self::command`], if there are no groups.
    pub(crate) fn hold(&mut self, process: u32) {
        if self.groups.is_empty() {
            self.signals = Some(tokio::spawn(stop_and_go(process)));
        }
    }

    /// The most memory that the process had, with that of the kernel for it, in MB.
    pub(crate) fn peak(&self) -> Option<f64> {
        let text = fs::read_to_string(self.peak.as_ref()?).ok()?;
        let kilobytes = text.trim().parse::<u64>().ok()? / 1024;
        Some(f64::from(u32::try_from(kilobytes).ok()?) / 1024.0)
    }
}

impl Drop for Confined {
    fn drop(&mut self) {
        if let Some(signals) = &self.signals {
            signals.abort();
        }
        for group in &self.groups {
            // One that is left has no process, and limits nothing.
            let removed = (0..REMOVALS).any(|_| {
                let is_removed = fs::remove_dir(group).is_ok();
                if !is_removed {
                    std::thread::sleep(ON);
                }
                is_removed
            });
            if !removed {
                eprintln!("cannot remove {}", group.display());
            }
        }
    }
}

fn unified() -> Option<Vec<PathBuf>> {
    let controllers = fs::read_to_string(Path::new(ROOT).join("cgroup.subtree_control")).ok()?;
    let has = |name| controllers.split_whitespace().any(|it| it == name);
    let files = [
        ("cpu.max", "25000 100000".to_owned()),
        ("memory.max", MEMORY.to_string()),
    ];
    let group = (has("cpu") && has("memory"))
        .then(|| group(Path::new(ROOT), &files))
        .flatten()?;
    Some(vec![group])
}

fn divided() -> Option<Vec<PathBuf>> {
    let root = Path::new(ROOT);
    let cpu = [
        ("cpu.cfs_period_us", "100000".to_owned()),
        ("cpu.cfs_quota_us", "25000".to_owned()),
    ];
    let memory = [("memory.limit_in_bytes", MEMORY.to_string())];
    let cpu = group(&root.join("cpu"), &cpu)?;
    let Some(memory) = group(&root.join("memory"), &memory) else {
        let _ = fs::remove_dir(&cpu);
        return None;
    };
    Some(vec![cpu, memory])
}

/// Makes a group with these settings.
fn group(parent: &Path, files: &[(&str, String)]) -> Option<PathBuf> {
    let directory = parent.join(format!("showtable-bench-{}", std::process::id()));
    fs::create_dir(&directory).ok()?;
    let mut files = files.iter();
    if files.all(|(name, value)| fs::write(directory.join(name), value).is_ok()) {
        return Some(directory);
    }
    let _ = fs::remove_dir(&directory);
    None
}

async fn stop_and_go(process: u32) {
    let Some(pid) = i32::try_from(process).ok().and_then(Pid::from_raw) else {
        return;
    };
    // A process that has ended takes no signal.
    while kill_process(pid, Signal::CONT).is_ok() {
        tokio::time::sleep(ON).await;
        let _ = kill_process(pid, Signal::STOP);
        tokio::time::sleep(OFF).await;
    }
}
