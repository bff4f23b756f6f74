//! Starting a container.

use std::io;
use std::os::fd::OwnedFd;
use std::path::PathBuf;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::UnixStream;
use tokio::process::Command;

use super::specification::{command, own, specification};
use crate::account::Account;
use crate::containers::{Specification, Volume};
use crate::services::ecr::Image;
use crate::services::ecs::task::environment::environment;
use crate::services::ecs::task::leftovers::Leftovers;
use crate::services::ecs::task::prepare::{Container, Prepared};
use crate::services::ecs::task::process::{Again, Started, not_started, spawn};

/// How long the start of a container may take.
const LONGEST_START: Duration = Duration::from_mins(1);

/// The processor of this machine, as images call it.
const HERE: &str = if cfg!(target_arch = "aarch64") {
    "arm64"
} else {
    "amd64"
};

/// Starts the program of an image in a container.
pub(in crate::services::ecs::task) async fn start(
    account: &Arc<Account>,
    image: &Image,
    task: &Prepared,
    container: &Container,
    again: Again<'_>,
) -> Result<Started, String> {
    let architecture = task.definition.architecture();
    if ![architecture, ""].contains(&image.architecture.as_str()) {
        return wrong_architecture(account, &command(image, &container.definition));
    }
    if architecture != HERE {
        return Err(format!(
            "CannotStartContainerError: the local AWS on this machine ({HERE}) does not run images for {architecture} yet"
        ));
    }
    run(account, image, Vec::new(), task, container, again).await
}

/// Starts a container with these files besides those of the image.
pub(super) async fn run(
    account: &Arc<Account>,
    image: &Image,
    files_of_image: Vec<Volume>,
    task: &Prepared,
    container: &Container,
    again: Again<'_>,
) -> Result<Started, String> {
    let Some(network) = task.network.namespace() else {
        return Err(format!("CannotStartContainerError: {}", super::NEEDS));
    };
    let broken = |err: io::Error| format!("CannotCreateContainerError: {err}");
    let files = again
        .files
        .map_or_else(|| account.blobs.container(), Ok)
        .map_err(broken)?;
    let variables = environment(account, task, container, again.id, own(image));
    let mut specification =
        specification(account, image, task, container, variables, files.path()).map_err(broken)?;
    specification.volumes.splice(..0, files_of_image);
    let (ours, theirs) = std::os::unix::net::UnixStream::pair().map_err(broken)?;
    ours.set_nonblocking(true).map_err(broken)?;
    let mut command = Command::new(&account.task_program);
    command
        .arg("task-container")
        .args([std::process::id().to_string(), network.to_string()])
        .args(
            task.processes
                .as_ref()
                .map(|shared| shared.first.to_string()),
        )
        .env_clear();
    let child = spawn(account, &mut command, Stdio::from(OwnedFd::from(theirs)))?;
    // The command still holds the channel, whose end is awaited.
    drop(command);
    let said = tokio::time::timeout(LONGEST_START, hand_over(ours, &specification)).await;
    let said = said
        .unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into()))
        .map_err(broken)?;
    let program = read(&said)?;
    Ok(Started {
        child,
        program,
        files: Some(files),
        leftovers: Leftovers(task.processes.as_ref().and_then(|_| namespace(&said))),
    })
}

/// On Fargate, a program for another processor ends at once, with a line in the log
/// (<https://repost.aws/knowledge-center/ecs-task-exec-format-error>).
fn wrong_architecture(account: &Account, command: &[String]) -> Result<Started, String> {
    let program = command.first().map_or("", String::as_str);
    let mut command = Command::new(&account.task_program);
    command.args(["task-wrong", program]).env_clear();
    let child = spawn(account, &mut command, Stdio::null())?;
    let program = child.id().unwrap_or_default();
    Ok(Started {
        child,
        program,
        files: None,
        leftovers: Leftovers::default(),
    })
}

/// Sends the specification. Returns what the roles have said when the program starts.
async fn hand_over(
    channel: std::os::unix::net::UnixStream,
    specification: &Specification,
) -> io::Result<String> {
    let mut channel = UnixStream::from_std(channel)?;
    let mut line = serde_json::to_vec(specification)?;
    line.push(b'\n');
    channel.write_all(&line).await?;
    let mut said = String::new();
    channel.read_to_string(&mut said).await?;
    Ok(said)
}

/// The id of the program.
///
/// # Errors
/// Fargate's words for a container that does not start.
fn read(said: &str) -> Result<u32, String> {
    let of = |kind: &str| said.lines().find_map(|line| line.strip_prefix(kind));
    if let Some(reason) = of("error ") {
        return Err(not_started(reason));
    }
    let program = of("pid ").and_then(|id| id.parse().ok());
    program.ok_or_else(|| "CannotStartContainerError: the container has not started".to_owned())
}

/// The mount namespace of the container.
fn namespace(said: &str) -> Option<PathBuf> {
    let mut lines = said.lines();
    lines.find_map(|line| line.strip_prefix("mounts ").map(PathBuf::from))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_of_the_container_has_the_words_of_fargate() {
        assert_eq!(read("pid 7\n"), Ok(7));
        let said = "mounts mnt:[4026]\npid 7\n";
        assert_eq!(read(said), Ok(7));
        assert_eq!(namespace(said), Some(PathBuf::from("mnt:[4026]")));
        let failed = read("pid 7\nerror exec: \"x\": executable file not found in $PATH\n");
        let failed = failed.unwrap_err();
        assert!(failed.ends_with("unable to start container process: exec: \"x\": executable file not found in $PATH: unknown"), "{failed}");
    }
}
