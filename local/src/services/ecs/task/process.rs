//! The process of a task.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{ExitStatus, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::net::TcpListener;
use tokio::process::{Child, ChildStdin, Command};
use tokio::task::JoinHandle;

use super::environment::{Variables, environment};
use super::output::{keep_lines, log_stream};
use super::{failing_images, image, podman};
use crate::account::Account;
use crate::options::Runtime;
use crate::services::ecr::{self, Image, Program};
use crate::services::ecs::task_definition::{ContainerDefinition, container};

/// How long to read the output of a process after it has ended. A child process may hold the output
/// open forever.
const LONGEST_READING: Duration = Duration::from_secs(1);

/// A running process with the address that it listens on.
pub(in crate::services::ecs) struct Process {
    pub(in crate::services::ecs) address: SocketAddr,
    child: Child,
    /// The task ends by itself when this pipe breaks, so that it does not outlive the local AWS.
    leash: Option<ChildStdin>,
    in_container: bool,
    stop_timeout: Duration,
    entry: Entry,
    /// The log group and the log stream of its output.
    log: (String, String),
    /// Copies its output to the log.
    output: Vec<JoinHandle<()>>,
    /// When its end was first seen.
    exited: Option<Instant>,
}

/// The entry of the process in the local AWS's list. Dropping it removes the entry.
struct Entry {
    account: Arc<Account>,
    process: u32,
}

impl Drop for Entry {
    fn drop(&mut self) {
        self.account.tasks.processes().remove(&self.process);
    }
}

impl Entry {
    fn new(account: &Arc<Account>, process: u32) -> Self {
        account.tasks.processes().insert(process);
        Self {
            account: Arc::clone(account),
            process,
        }
    }
}

/// Starts a task of the definition on a port of its own.
///
/// # Errors
/// One sentence if the definition does not exist or the process cannot be started.
pub(in crate::services::ecs) async fn start(
    account: &Arc<Account>,
    task_definition: &str,
    task_id: &str,
) -> Result<Process, String> {
    let container = container(account, task_definition)
        .ok_or_else(|| format!("the task definition {task_definition} is gone"))?;
    let address = free_address()
        .await
        .map_err(|err| format!("no port is free for a task: {err}"))?;
    let (command, in_container) = command(account, &container, task_id, address).await?;
    let mut child = spawn(account, command, in_container)?;
    let log = log_stream(&container, task_id);
    let stdout = child.stdout.take().map(|it| keep_lines(account, &log, it));
    let stderr = child.stderr.take().map(|it| keep_lines(account, &log, it));
    let process = child.id().expect("nothing has waited for it yet");
    Ok(Process {
        entry: Entry::new(account, process),
        address,
        leash: child.stdin.take(),
        in_container,
        child,
        log,
        output: stdout.into_iter().chain(stderr).collect(),
        exited: None,
        stop_timeout: Duration::from_secs(container.stop_timeout()),
    })
}

/// The command of the task, and whether it supervises a container.
async fn command(
    account: &Arc<Account>,
    container: &ContainerDefinition,
    task_id: &str,
    address: SocketAddr,
) -> Result<(Command, bool), String> {
    let variables = |own| environment(account, own, container, address);
    let image = container.image.as_deref().unwrap_or("");
    let Some(image) = ecr::find(account, image)? else {
        return Ok((built_in(account, container, variables), false));
    };
    if account.runtime == Runtime::Podman {
        podman::pull(account, &image).await?;
        let variables = variables(Vec::new());
        let command = podman::command(account, &image, container, task_id, &variables);
        return Ok((command, true));
    }
    let program = unpack(account, image).await?;
    Ok((image::command(account, &program, variables), false))
}

fn spawn(account: &Account, mut command: Command, in_container: bool) -> Result<Child, String> {
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(!in_container)
        .spawn()
        .map_err(|err| {
            let program = account.task_program.display();
            format!("{program} cannot be started: {err}")
        })
}

async fn unpack(account: &Arc<Account>, image: Image) -> Result<Program, String> {
    let account = Arc::clone(account);
    // This takes a moment and must not block the requests.
    tokio::task::spawn_blocking(move || ecr::program(&account, &image))
        .await
        .map_err(|err| err.to_string())
        .flatten()
}

/// The local AWS's own program, in the role that the image names.
fn built_in(
    account: &Account,
    container: &ContainerDefinition,
    variables: impl Fn(Variables) -> Variables,
) -> Command {
    let files = static_directory().display().to_string();
    let mut command = Command::new(&account.task_program);
    command
        .arg(role(container))
        .env_clear()
        .envs(variables(vec![("STATIC_DIR".into(), files)]));
    command
}

async fn free_address() -> std::io::Result<SocketAddr> {
    TcpListener::bind("127.0.0.1:0").await?.local_addr()
}

/// The app's static files: those of the checkout, wherever the local AWS is started.
fn static_directory() -> PathBuf {
    let here = PathBuf::from("static");
    if here.is_dir() {
        return std::path::absolute(&here).unwrap_or(here);
    }
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../static"))
}

/// The role of the local AWS's own program: the app, or one of the two images that fail.
fn role(container: &ContainerDefinition) -> &'static str {
    match container.image.as_deref() {
        Some(failing_images::CRASHES) => "task-crashes",
        Some(failing_images::UNHEALTHY) => "task-unhealthy",
        _ => "task",
    }
}

/// The exit code as ECS shows it: 128 plus the number of the signal if a signal ended the process.
pub(in crate::services::ecs) fn exit_code(status: ExitStatus) -> i32 {
    use std::os::unix::process::ExitStatusExt as _;
    status
        .code()
        .or_else(|| status.signal().map(|signal| 128 + signal))
        .unwrap_or(1)
}

impl Process {
    /// The id of the process.
    pub(in crate::services::ecs) fn id(&self) -> u32 {
        self.entry.process
    }

    /// How the process ended, if it has and all that it printed is in its log.
    pub(in crate::services::ecs) fn ended(&mut self) -> Option<ExitStatus> {
        let status = self.child.try_wait().ok().flatten()?;
        let exited = *self.exited.get_or_insert_with(Instant::now);
        let is_read = self.output.iter().all(JoinHandle::is_finished);
        (is_read || exited.elapsed() > LONGEST_READING).then_some(status)
    }

    /// The last line that the process has printed.
    pub(in crate::services::ecs) fn last_line(&self, account: &Account) -> Option<String> {
        account.logs.last(&self.log.0, &self.log.1, 1).pop()
    }

    /// Sends SIGTERM, waits up to the stop timeout, then kills it. Returns the exit code.
    pub(in crate::services::ecs) async fn stop(mut self) -> i32 {
        if let Some(id) = self
            .child
            .id()
            .and_then(|id| i32::try_from(id).ok())
            .and_then(rustix::process::Pid::from_raw)
        {
            // An error means that the process has already ended.
            let _ = rustix::process::kill_process(id, rustix::process::Signal::TERM);
        }
        if tokio::time::timeout(self.stop_timeout, self.child.wait())
            .await
            .is_err()
        {
            self.end().await;
        }
        let status = self.child.try_wait().ok().flatten();
        status.map_or(1, exit_code)
    }

    async fn end(&mut self) {
        // An error means that the process has already ended.
        if self.in_container {
            // The supervisor was killed and could not remove the container.
            self.leash = None;
            let _ = self.child.wait().await;
        } else {
            let _ = self.child.kill().await;
        }
    }
}
