//! The processes of a task whose containers see each other's (`local task-processes`).

use std::io;
use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

use crate::account::Account;

/// How long the process may take for an answer. It needs some milliseconds.
const LONGEST_WAIT: Duration = Duration::from_secs(10);

/// A process namespace. Dropping it ends all processes in it.
pub(crate) struct Processes {
    /// The id of its first process.
    pub(crate) first: u32,
    _child: Child,
}

impl Processes {
    /// Makes the process namespace of a task. `network` is the process with its network.
    ///
    /// # Errors
    /// The kernel does not let this user make it.
    pub(crate) async fn new(account: &Account, network: u32) -> io::Result<Self> {
        let mut child = Command::new(&account.task_program)
            .arg("task-processes")
            .args([std::process::id().to_string(), network.to_string()])
            .env_clear()
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            // The containers of the task can see the first process of their namespace.
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()?;
        let output = child.stdout.take().ok_or(io::ErrorKind::BrokenPipe)?;
        let mut line = String::new();
        let mut output = BufReader::new(output);
        let read = tokio::time::timeout(LONGEST_WAIT, output.read_line(&mut line)).await;
        read.map_err(|_| io::Error::from(io::ErrorKind::TimedOut))??;
        let first = line.trim().parse();
        Ok(Self {
            first: first.map_err(|_| io::Error::other(line.trim().to_owned()))?,
            _child: child,
        })
    }
}
