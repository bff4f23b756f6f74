//! The processes of a task whose containers see each other's: a process namespace that outlives each of
//! the containers.

use std::io::{self, Write as _};
use std::process::{Command, ExitCode, Stdio};

use rustix::thread::UnshareFlags;

use super::namespaces::{end_with_parent, join_task, leave};
use super::{mounts, reaper};

/// Makes the process namespace, and prints the id of its first process. `network` is the process with the
/// network of the task. It ends with the local AWS, whose process id is `parent`.
pub(crate) fn run(parent: Option<u32>, network: u32) -> ExitCode {
    match make(parent, network) {
        Ok(()) => ExitCode::SUCCESS,
        Err(err) => {
            // The local AWS reads the reason; if it has ended, nothing is to be done.
            let _ = io::stdout().write_all(err.to_string().as_bytes());
            ExitCode::FAILURE
        }
    }
}

fn make(parent: Option<u32>, network: u32) -> io::Result<()> {
    let program = std::env::current_exe()?;
    join_task(network)?;
    end_with_parent(parent)?;
    leave(UnshareFlags::NEWPID)?;
    let mut first = Command::new(program)
        .arg("task-pause")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .spawn()?;
    writeln!(io::stdout(), "{}", first.id())?;
    io::stdout().flush()?;
    first.wait().map(drop)
}

/// The first process of the namespace. The kernel ends all others with it. The containers see it, and one that
/// may trace others could see its files: it has none.
pub(crate) fn run_first() -> ExitCode {
    let alone = end_with_parent(None).and_then(|()| mounts::leave_all());
    match alone.and_then(|()| reaper::reap()) {
        Ok(never) => match never {},
        Err(err) => {
            eprintln!("the processes of a task cannot be reaped: {err}");
            ExitCode::FAILURE
        }
    }
}
