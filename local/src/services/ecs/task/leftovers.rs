//! Processes that a program leaves behind. If the containers of a task share their processes, the kernel does
//! not end them with the program.

use std::fs;
use std::path::{Path, PathBuf};

use rustix::process::{Pid, Signal, kill_process};

use super::prepare::Prepared;

/// The file system of a container in which processes may be left; `None` if the kernel ends them.
pub(super) struct Leftovers(Option<PathBuf>);

impl Leftovers {
    /// Those of the container with this program, which has just started.
    pub(super) fn of(task: &Prepared, program: u32) -> Self {
        let shares = task.processes.is_some();
        Self(shares.then(|| files_of(&program.to_string())).flatten())
    }

    /// Ends the processes of the container.
    pub(super) fn end(&self) {
        let Some(files) = &self.0 else { return };
        let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
        for process in processes {
            let name = process.file_name();
            let Some(name) = name.to_str() else { continue };
            if files_of(name).as_ref() == Some(files)
                && let Some(id) = name.parse().ok().and_then(Pid::from_raw)
            {
                // An error means that it has ended.
                let _ = kill_process(id, Signal::KILL);
            }
        }
    }
}

/// The mount namespace of a process.
fn files_of(process: &str) -> Option<PathBuf> {
    fs::read_link(Path::new("/proc").join(process).join("ns/mnt")).ok()
}
