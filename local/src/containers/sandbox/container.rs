//! The process beside a container: it starts the container and ends like it.
//!
//! The program of a container is the first process of its own process namespace. The kernel ends
//! the whole container with it, and it ends when this process ends.

use std::fs::File;
use std::io::{self, Write as _};
use std::os::unix::process::ExitStatusExt as _;
use std::process::{Command, ExitCode, ExitStatus, Stdio};

use rustix::thread::UnshareFlags;

use super::namespaces::{end_with_parent, join_processes, join_task, leave};

/// Starts the container that standard input describes. `parent` is the process id of the local AWS,
/// `network` that of the process with the network, and `processes` that of the first process of the task if its
/// containers share their processes. The local AWS reads the id of the container's
/// program, and an error if there is one, from the other end of standard input.
pub(crate) fn run(parent: Option<u32>, network: u32, processes: Option<u32>) -> ExitCode {
    match supervise(parent, network, processes) {
        Ok(status) => ExitCode::from(exit_code(status)),
        Err(err) => {
            eprintln!("the container cannot be started: {err}");
            ExitCode::FAILURE
        }
    }
}

fn supervise(parent: Option<u32>, network: u32, processes: Option<u32>) -> io::Result<ExitStatus> {
    let program = std::env::current_exe()?;
    join_task(network)?;
    end_with_parent(parent)?;
    match processes {
        Some(first) => join_processes(first)?,
        None => leave(UnshareFlags::NEWPID)?,
    }
    let mut child = Command::new(program)
        .arg("task-init")
        .stdin(Stdio::inherit())
        .spawn()?;
    let channel = rustix::io::dup(rustix::stdio::stdin())?;
    writeln!(File::from(channel), "pid {}", child.id())?;
    // Only the container holds the channel now. The local AWS sees it close when the program starts.
    rustix::stdio::dup2_stdin(File::open("/dev/null")?)?;
    child.wait()
}

/// The exit code as ECS shows it: 128 plus the number of the signal if a signal ended the program.
pub(super) fn exit_code(status: ExitStatus) -> u8 {
    let code = status
        .code()
        .or_else(|| status.signal().map(|signal| 128 + signal));
    code.and_then(|code| u8::try_from(code).ok()).unwrap_or(1)
}
