//! The first process of a process namespace: it forwards signals to a program, and reaps the processes
//! that have lost their parent.

use std::convert::Infallible;
use std::fs::File;
use std::io;
use std::os::unix::process::ExitStatusExt as _;
use std::process::{Child, Command, ExitCode, ExitStatus};

use rustix::process::{Pid, Signal, WaitOptions, kill_process, set_child_subreaper, wait};
use tokio::runtime::Builder;
use tokio::signal::unix::{self, SignalKind, signal};

use super::container::exit_code;

/// The signals that reach the program.
const FORWARDED: [(i32, Signal); 6] = [
    (1, Signal::HUP),
    (2, Signal::INT),
    (3, Signal::QUIT),
    (10, Signal::USR1),
    (12, Signal::USR2),
    (15, Signal::TERM),
];

/// Starts the program and waits for its end. The exit code is that of the program.
///
/// # Errors
/// The program cannot be started.
pub(super) fn run(command: &mut Command) -> io::Result<ExitCode> {
    // Other programs of the task may share the process namespace.
    set_child_subreaper(Some(rustix::process::getpid()))?;
    in_runtime(async {
        let mut children = signal(SignalKind::child())?;
        let signals = FORWARDED
            .map(|(number, sent)| Some((signal(SignalKind::from_raw(number)).ok()?, sent)));
        let program = command.spawn()?;
        // This tells the local AWS that the program starts.
        rustix::stdio::dup2_stdin(File::open("/dev/null")?)?;
        for (received, sent) in signals.into_iter().flatten() {
            tokio::spawn(forward(received, sent, id(&program)));
        }
        let status = ended(&program, &mut children).await?;
        Ok(ExitCode::from(exit_code(status)))
    })
}

/// Reaps processes for ever.
///
/// # Errors
/// The kernel does not tell when a process ends.
pub(super) fn reap() -> io::Result<Infallible> {
    in_runtime(async {
        let mut children = signal(SignalKind::child())?;
        loop {
            while wait(WaitOptions::NOHANG).is_ok_and(|reaped| reaped.is_some()) {}
            children.recv().await;
        }
    })
}

fn in_runtime<T>(work: impl Future<Output = io::Result<T>>) -> io::Result<T> {
    Builder::new_current_thread()
        .enable_io()
        .build()?
        .block_on(work)
}

/// Reaps processes until the program has ended.
async fn ended(program: &Child, children: &mut unix::Signal) -> io::Result<ExitStatus> {
    loop {
        while let Some((process, status)) = wait(WaitOptions::NOHANG)? {
            if Some(process) == id(program) {
                return Ok(ExitStatus::from_raw(status.as_raw()));
            }
        }
        children.recv().await;
    }
}

async fn forward(mut received: unix::Signal, sent: Signal, program: Option<Pid>) {
    while received.recv().await.is_some() {
        if let Some(program) = program {
            // An error means that the program has ended.
            let _ = kill_process(program, sent);
        }
    }
}

fn id(program: &Child) -> Option<Pid> {
    i32::try_from(program.id()).ok().and_then(Pid::from_raw)
}
