//! The process of a task.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{ExitStatus, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::process::{Child, ChildStdin, Command};
use tokio::task::JoinHandle;

use super::built_in;
use super::environment::environment;
use super::output::{keep_lines, log_stream};
use crate::account::Account;
use crate::containers::Attachment;
use crate::services::ecs::task_definition::{ContainerDefinition, container};

/// How long to read the output of a process after it has ended. A child process may hold the output
/// open forever.
const LONGEST_READING: Duration = Duration::from_secs(1);

/// A running process with the address that it listens on.
pub(in crate::services::ecs) struct Process {
    pub(in crate::services::ecs) address: SocketAddr,
    child: Child,
    /// The task ends by itself when this pipe breaks, so that it does not outlive the local AWS.
    _leash: Option<ChildStdin>,
    _network: Arc<Attachment>,
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

/// Starts a task of the definition in a network of its own.
///
/// # Errors
/// One sentence if the definition does not exist or the process cannot be started.
pub(in crate::services::ecs) async fn start(
    account: &Arc<Account>,
    task_definition: &str,
    task_id: &str,
    vpc: &str,
    port: u16,
) -> Result<Process, String> {
    let container = container(account, task_definition)
        .ok_or_else(|| format!("the task definition {task_definition} is gone"))?;
    let address = account.tasks.next_address();
    let network = Attachment::new(account, address, Some(port)).await?;
    let command = command(account, &container, &network, port)?;
    let mut child = spawn(account, command)?;
    let network = Arc::new(network);
    account.networks.add(vpc, &network);
    let log = log_stream(&container, task_id);
    let stdout = child.stdout.take().map(|it| keep_lines(account, &log, it));
    let stderr = child.stderr.take().map(|it| keep_lines(account, &log, it));
    let process = child.id().expect("nothing has waited for it yet");
    Ok(Process {
        entry: Entry::new(account, process),
        address: SocketAddr::from((address, port)),
        _network: network,
        _leash: child.stdin.take(),
        child,
        log,
        output: stdout.into_iter().chain(stderr).collect(),
        exited: None,
        stop_timeout: Duration::from_secs(container.stop_timeout()),
    })
}

/// The command of the task.
fn command(
    account: &Arc<Account>,
    container: &ContainerDefinition,
    network: &Attachment,
    port: u16,
) -> Result<Command, String> {
    let variables = |own| environment(account, own, container);
    let image = container.image.as_deref().unwrap_or("");
    let role = built_in::role(image).ok_or_else(|| {
        format!("CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref {image}: {image}: not found")
    })?;
    let files = static_directory().display().to_string();
    let mut command = Command::new(&account.task_program);
    command
        .arg(role)
        .args(place(network))
        .arg(port.to_string())
        .env_clear()
        .envs(variables(vec![("STATIC_DIR".into(), files)]));
    Ok(command)
}

/// Where a built-in image runs, as words of its command.
fn place(network: &Attachment) -> Vec<String> {
    match (network.namespace(), network.actual()) {
        (Some(process), _) => vec!["in".into(), std::process::id().to_string(), process.to_string()],
        (None, Some(address)) => vec!["at".into(), address.to_string()],
        (None, None) => Vec::new(),
    }
}

fn spawn(account: &Account, mut command: Command) -> Result<Child, String> {
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .map_err(|err| {
            let program = account.task_program.display();
            format!("{program} cannot be started: {err}")
        })
}

/// The app's static files: those of the checkout, wherever the local AWS is started.
fn static_directory() -> PathBuf {
    let here = PathBuf::from("static");
    if here.is_dir() {
        return std::path::absolute(&here).unwrap_or(here);
    }
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../static"))
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
            // An error means that the process has already ended.
            let _ = self.child.kill().await;
        }
        let status = self.child.try_wait().ok().flatten();
        status.map_or(1, exit_code)
    }
}
