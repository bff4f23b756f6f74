//! The supervisor process between the local AWS and podman. It ends the container together with the
//! task.

use std::convert::Infallible;
use std::ffi::{OsStr, OsString};
use std::process::{ExitCode, Stdio};
use std::time::Duration;

use tokio::process::Command;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::oneshot;

use super::podman::{quietly, remove_image};
use super::process::exit_code;

/// How podman removes a container, at once.
const REMOVE: [&str; 4] = ["rm", "--force", "--ignore", "--time=0"];

/// How long to wait before podman is called again. The container may not have existed at the first
/// call.
const ASK_AGAIN: Duration = Duration::from_millis(100);

/// Runs podman and stops the container on SIGTERM. Removes the container when the local AWS closes
/// standard input. `arguments` are the image, the container's name and the arguments of podman.
pub(crate) async fn supervise(arguments: &[OsString]) -> ExitCode {
    let [image, name, arguments @ ..] = arguments else {
        eprintln!(
            "task-podman is an internal command of the local AWS: it needs an image, a name and a command"
        );
        return ExitCode::FAILURE;
    };
    match run(image, name, arguments).await {
        Ok(code) => u8::try_from(code).map_or(ExitCode::FAILURE, ExitCode::from),
        Err(err) => {
            eprintln!("podman cannot be started: {err}");
            ExitCode::FAILURE
        }
    }
}

async fn run(image: &OsStr, name: &OsStr, arguments: &[OsString]) -> std::io::Result<i32> {
    let terminate = signal(SignalKind::terminate())?;
    let mut podman = Command::new("podman")
        .args(arguments)
        .stdin(Stdio::null())
        .spawn()?;
    tokio::select! {
        ended = podman.wait() => {
            let ended = ended?;
            if ended.code().is_none() {
                // podman was killed, but the container was not.
                quietly(&REMOVE, name).await;
            }
            return Ok(exit_code(ended));
        }
        never = stop_when_asked(terminate, name) => match never {},
        () = end_of_endpoint() => {}
    }
    let ended = tokio::select! {
        ended = podman.wait() => ended,
        never = again_and_again(&REMOVE, name) => match never {},
    };
    remove_image(image).await;
    ended.map(exit_code)
}

/// Waits for SIGTERM.
async fn stop_when_asked(mut terminate: Signal, name: &OsStr) -> Infallible {
    terminate.recv().await;
    again_and_again(&["stop", "--ignore"], name).await
}

/// Repeats a podman command. Never returns; the caller waits for the podman process that runs the
/// container.
async fn again_and_again(arguments: &[&str], name: &OsStr) -> Infallible {
    loop {
        quietly(arguments, name).await;
        tokio::time::sleep(ASK_AGAIN).await;
    }
}

/// Returns when the other end of standard input is closed. The local AWS never writes.
async fn end_of_endpoint() {
    let (ended, ends) = oneshot::channel();
    // On a separate thread that is never joined: a pending read would keep this process from
    // ending.
    std::thread::spawn(move || {
        let _ = std::io::copy(&mut std::io::stdin(), &mut std::io::sink());
        let _ = ended.send(());
    });
    let _ = ends.await;
}
