//! The process of a container.

use std::process::{ExitStatus, Stdio};
use std::sync::Arc;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;
use tokio::process::{Child, ChildStdin, Command};
use tokio::task::JoinHandle;

use super::built_in::{BuiltIn, arguments, static_directory};
use super::environment::environment;
use super::image::Source;
use super::leftovers::Leftovers;
use super::output::{Destination, keep_lines};
use super::prepare::{Container, Prepared};
use super::{memory, multiline, pushed};
use crate::account::Account;
use crate::services::ecs::task_definition::Number;

/// How long to read the output of a process after it has ended. A child process may hold the output
/// open forever.
const LONGEST_READING: Duration = Duration::from_secs(1);

/// The same for a container: its output ends with it, since no process is left that could hold it open.
const LONGEST_READING_OF_CONTAINER: Duration = Duration::from_mins(1);

/// How long a container may take to stop at any pace, if its stop timeout allows it.
const SHORTEST_TIMEOUT: Duration = Duration::from_secs(5);

/// How long a container may take to stop when the local AWS ends.
const LAST_TIMEOUT: Duration = Duration::from_secs(1);

/// A running container.
pub(super) struct Process {
    child: Child,
    /// The id of its program, which may be a child of `child`.
    program: u32,
    /// The program ends by itself when this pipe breaks, so that it does not outlive the local AWS.
    _leash: Option<ChildStdin>,
    /// The files that it writes.
    files: Option<TempDir>,
    leftovers: Leftovers,
    stop_timeout: Duration,
    task_id: String,
    memory: memory::Limits,
    entry: Entry,
    /// The log group and the log stream of its output.
    log: (String, String),
    /// Copies its output to the log.
    output: Vec<JoinHandle<()>>,
}

/// A child process of the local AWS that is, or supervises, the program of a container.
pub(super) struct Started {
    pub(super) child: Child,
    pub(super) program: u32,
    pub(super) files: Option<TempDir>,
    pub(super) leftovers: Leftovers,
}

/// What a container has when it starts, for the first time or again.
pub(super) struct Again<'a> {
    pub(super) id: &'a str,
    /// The files that it wrote before.
    pub(super) files: Option<TempDir>,
}

/// How a container has ended.
pub(super) struct Ended {
    /// The exit code as ECS shows it.
    pub(super) code: i32,
    /// The reason of the container.
    pub(super) reason: Option<String>,
    status: Option<ExitStatus>,
}

impl Ended {
    /// A sentence for the log of the local AWS, with the last line that the program has printed.
    pub(super) fn detail(&self, last_line: Option<String>) -> String {
        let last = last_line.map_or_else(String::new, |line| format!(", its last line: {line}"));
        let status = self
            .status
            .map_or_else(String::new, |status| format!(" ({status})"));
        match &self.reason {
            Some(reason) => format!("{reason}{last}"),
            None => format!("its container exited{status}{last}"),
        }
    }
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

impl Process {
    /// Starts a container, with the files that it wrote before if it starts again.
    ///
    /// # Errors
    /// ECS's reason for a container that cannot start.
    pub(super) async fn start(
        account: &Arc<Account>,
        task_id: &str,
        task: &Prepared,
        container: &Container,
        files: Option<TempDir>,
    ) -> Result<Self, String> {
        let id = account
            .tasks
            .ledger()
            .container_id(task_id, container.definition.name());
        let again = Again { id: &id, files };
        let Started {
            mut child,
            program,
            files,
            leftovers,
        } = match &container.source {
            Source::BuiltIn(image) => built_in(account, *image, task, container, again).await?,
            Source::Image(image) => pushed::start(account, image, task, container, again).await?,
        };
        let role = task.identity.execution.as_ref();
        let destination = Destination::new(account, task_id, role, &container.definition);
        let configuration = container.definition.log_configuration.as_ref();
        // Options that are wrong have stopped the task before.
        let first = multiline::start(configuration).ok().flatten();
        let stdout = child.stdout.take();
        let stdout = stdout.map(|it| keep_lines(&destination, first.clone(), it));
        let stderr = child.stderr.take();
        let stderr = stderr.map(|it| keep_lines(&destination, first, it));
        let process = child.id().unwrap_or(program);
        let bytes = |limit: Option<Number>| {
            limit.map(|Number(mebibytes)| mebibytes.saturating_mul(1 << 20))
        };
        Ok(Self {
            entry: Entry::new(account, process),
            program,
            _leash: child.stdin.take(),
            child,
            files,
            leftovers,
            log: destination.log.clone(),
            output: stdout.into_iter().chain(stderr).collect(),
            task_id: task_id.to_owned(),
            memory: memory::Limits {
                container: bytes(container.definition.memory),
                task: bytes(task.definition.memory),
            },
            stop_timeout: stop_timeout(account, container),
        })
    }

    /// The id of its program.
    pub(super) fn program(&self) -> u32 {
        self.program
    }

    /// The files that it has written.
    pub(super) fn into_files(self) -> Option<TempDir> {
        self.files
    }

    /// Returns when the container has ended and all that it printed is in its log. It is killed
    /// if it takes too much memory.
    pub(super) async fn ended(&mut self) -> Ended {
        let account = &self.entry.account;
        let over = memory::over(account, &self.task_id, self.program, self.memory);
        let (status, is_over) = tokio::select! {
            status = self.child.wait() => (status.ok(), false),
            () = over => {
                // An error means that the process has already ended.
                let _ = self.child.kill().await;
                (self.child.wait().await.ok(), true)
            }
        };
        self.leftovers.end().await;
        let is_container = self.files.is_some();
        self.read_rest(if is_container {
            LONGEST_READING_OF_CONTAINER
        } else {
            LONGEST_READING
        })
        .await;
        if is_over {
            return Ended {
                code: 137,
                // <https://repost.aws/knowledge-center/ecs-resolve-outofmemory-errors>
                reason: Some("OutOfMemoryError: Container killed due to memory usage".into()),
                status,
            };
        }
        Ended {
            code: status.map_or(1, exit_code),
            reason: None,
            status,
        }
    }

    async fn read_rest(&mut self, longest: Duration) {
        let reading = async {
            for output in &mut self.output {
                if !output.is_finished() {
                    let _ = output.await;
                }
            }
        };
        let _ = tokio::time::timeout(longest, reading).await;
    }

    /// The last line that the program has printed.
    pub(super) fn last_line(&self, account: &Account) -> Option<String> {
        account.logs.last(&self.log.0, &self.log.1, 1).pop()
    }

    /// Sends SIGTERM, waits up to the stop timeout, then kills it.
    pub(super) async fn stop(&mut self) -> Ended {
        let program = i32::try_from(self.program).ok().and_then(Pid::from_raw);
        if let Some(program) = program {
            // An error means that the process has already ended.
            let _ = kill_process(program, Signal::TERM);
        }
        let mut ending = self.entry.account.tasks.is_ending.subscribe();
        let hurry = async {
            let _ = ending.wait_for(|is_ending| *is_ending).await;
            tokio::time::sleep(LAST_TIMEOUT).await;
        };
        let waited = tokio::select! {
            _ = self.child.wait() => true,
            () = tokio::time::sleep(self.stop_timeout) => false,
            () = hurry => false,
        };
        if !waited {
            let _ = self.child.kill().await;
        }
        let status = self.child.wait().await.ok();
        self.leftovers.end().await;
        self.read_rest(LONGEST_READING).await;
        Ended {
            code: status.map_or(1, exit_code),
            reason: None,
            status,
        }
    }
}

/// The time to stop, at the pace of the local AWS. The program needs real time at any pace.
fn stop_timeout(account: &Account, container: &Container) -> Duration {
    let real = Duration::from_secs(container.definition.stop_timeout());
    account.pace.shrink(real).max(real.min(SHORTEST_TIMEOUT))
}

/// Starts a built-in image: in a container, or else on this machine.
async fn built_in(
    account: &Arc<Account>,
    image: BuiltIn,
    task: &Prepared,
    container: &Container,
    again: Again<'_>,
) -> Result<Started, String> {
    #[cfg(target_os = "linux")]
    if let Some(network) = task.network.namespace() {
        return pushed::start_built_in(account, image, network, task, container, again).await;
    }
    let arguments = arguments(image, &container.definition);
    let arguments = arguments.map_err(|reason| not_started(&reason))?;
    let address = task.network.actual().map(|address| address.to_string());
    let own = vec![(
        "STATIC_DIR".to_owned(),
        static_directory().display().to_string(),
    )];
    let mut command = Command::new(&account.task_program);
    command
        .args([image.role, address.as_deref().unwrap_or("")])
        .args(arguments)
        .env_clear()
        .envs(environment(account, task, container, again.id, own));
    let child = spawn(account, &mut command, Stdio::piped())?;
    let program = child.id().ok_or("it has ended already")?;
    Ok(Started {
        child,
        program,
        files: None,
        leftovers: Leftovers::default(),
    })
}

/// A container that cannot start: Fargate's words around those of runc, as in
/// <https://repost.aws/knowledge-center/ecs-container-runtime-errors>.
pub(super) fn not_started(reason: &str) -> String {
    format!(
        "CannotStartContainerError: ResourceInitializationError: failed to create new container runtime task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: {reason}: unknown"
    )
}

/// Starts a role of the local AWS's own program.
pub(super) fn spawn(
    account: &Account,
    command: &mut Command,
    stdin: Stdio,
) -> Result<Child, String> {
    let child = command
        .stdin(stdin)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn();
    child.map_err(|err| {
        let program = account.task_program.display();
        format!("CannotStartContainerError: {program} cannot be started: {err}")
    })
}

/// The exit code as ECS shows it: 128 plus the number of the signal if a signal ended the process.
fn exit_code(status: ExitStatus) -> i32 {
    use std::os::unix::process::ExitStatusExt as _;
    status
        .code()
        .or_else(|| status.signal().map(|signal| 128 + signal))
        .unwrap_or(1)
}
