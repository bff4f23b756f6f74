//! Processes that a program leaves behind. If the containers of a task share their processes, the kernel does
//! not end them with the program.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};

/// How often to look whether the processes have ended. A process that starts others is found again.
const LOOKS: u32 = 200;
const INTERVAL: Duration = Duration::from_millis(5);

/// The mount namespace of a container in which processes may be left; `None` if the kernel ends them.
#[derive(Debug, Clone, Default)]
pub(super) struct Leftovers(pub(super) Option<PathBuf>);

impl Leftovers {
    /// Ends the processes of the container.
    pub(super) async fn end(&self) {
        let Some(namespace) = &self.0 else { return };
        for _ in 0..LOOKS {
            let left = processes_in(namespace);
            if left.is_empty() {
                return;
            }
            for process in left {
                // An error means that it has ended.
                let _ = kill_process(process, Signal::KILL);
            }
            tokio::time::sleep(INTERVAL).await;
        }
    }
}

fn processes_in(namespace: &Path) -> Vec<Pid> {
    let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
    let ids = entries.filter_map(|entry| {
        let own = fs::read_link(entry.path().join("ns/mnt")).ok()?;
        let id = entry.file_name().to_str()?.parse().ok()?;
        (own == namespace).then(|| Pid::from_raw(id)).flatten()
    });
    ids.collect()
}
