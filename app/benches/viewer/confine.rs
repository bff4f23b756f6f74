//! Gives a process the machine of a small task: a quarter of a core, and 512 MB.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use tokio::task::JoinHandle;

const MEMORY: u64 = 512 * 1024 * 1024;
const ROOT: &str = "/sys/fs/cgroup";
/// Without cgroups: how long the process runs, and how long it is stopped.
const ON: Duration = Duration::from_millis(10);
const OFF: Duration = Duration::from_millis(30);

/// A process that is confined until this is dropped.
pub(crate) struct Confined {
    /// How that is done.
    pub(crate) how: &'static str,
    directories: Vec<PathBuf>,
    signals: Option<JoinHandle<()>>,
}

impl Confined {
    pub(crate) fn new(process: u32) -> Self {
        let of_groups = |how, directories| Self {
            how,
            directories,
            signals: None,
        };
        if let Some(directory) = unified(process) {
            return of_groups(
                "a quarter of a core and 512 MB by cgroup v2",
                vec![directory],
            );
        }
        if let Some(directories) = divided(process) {
            return of_groups("a quarter of a core and 512 MB by cgroup v1", directories);
        }
        Self {
            how: "a quarter of a core by stopping it three quarters of the time, as there are no cgroups",
            directories: Vec::new(),
            signals: Some(tokio::spawn(stop_and_go(process))),
        }
    }
}

impl Drop for Confined {
    fn drop(&mut self) {
        if let Some(signals) = &self.signals {
            signals.abort();
        }
        for directory in &self.directories {
            // One that is left has no process, and limits nothing.
            let _ = fs::remove_dir(directory);
        }
    }
}

fn unified(process: u32) -> Option<PathBuf> {
    let controllers = fs::read_to_string(Path::new(ROOT).join("cgroup.subtree_control")).ok()?;
    let has = |name| controllers.split_whitespace().any(|it| it == name);
    let files = [
        ("cpu.max", "25000 100000".to_owned()),
        ("memory.max", MEMORY.to_string()),
    ];
    (has("cpu") && has("memory"))
        .then(|| group(Path::new(ROOT), process, &files))
        .flatten()
}

fn divided(process: u32) -> Option<Vec<PathBuf>> {
    let root = Path::new(ROOT);
    let cpu = [
        ("cpu.cfs_period_us", "100000".to_owned()),
        ("cpu.cfs_quota_us", "25000".to_owned()),
    ];
    let memory = [("memory.limit_in_bytes", MEMORY.to_string())];
    Some(vec![
        group(&root.join("cpu"), process, &cpu)?,
        group(&root.join("memory"), process, &memory)?,
    ])
}

/// Makes a group with these settings, and moves the process to it.
fn group(parent: &Path, process: u32, files: &[(&str, String)]) -> Option<PathBuf> {
    let directory = parent.join(format!("showtable-bench-{process}"));
    fs::create_dir(&directory).ok()?;
    let process = ("cgroup.procs", process.to_string());
    let mut all = files.iter().chain([&process]);
    if all.all(|(name, value)| fs::write(directory.join(name), value).is_ok()) {
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
