//! A task: a process of this machine, in the place of a container or with one to look after.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{ExitStatus, Stdio};
use std::sync::Arc;
use std::time::Duration;

use deploy::render::Shown;
use serde_json::Value;
use tokio::io::{AsyncBufReadExt as _, AsyncRead, BufReader};
use tokio::net::TcpListener;
use tokio::process::{Child, ChildStdin, Command};

use super::{image, podman};
use crate::account::Account;
use crate::faulty;
use crate::json;
use crate::options::Runtime;
use crate::registry::{self, Image, Program};

/// Fargate's stop timeout where the container definition sets none.
const STOP_TIMEOUT: u64 = 30;

/// A running process with the address that it listens on.
pub(super) struct Process {
    pub(super) address: SocketAddr,
    child: Child,
    /// The task ends by itself when this pipe breaks, so that no task outlives the local AWS.
    leash: Option<ChildStdin>,
    in_container: bool,
    stop_timeout: Duration,
    entry: Entry,
    /// The log group and the log stream of its output.
    log: (String, String),
}

/// The process in the local AWS's list, as long as it is held.
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
/// One sentence where the definition is gone or the process cannot be started.
pub(super) async fn start(
    account: &Arc<Account>,
    task_definition: &str,
    task_id: &str,
) -> Result<Process, String> {
    let definition = account.read(|state| {
        state
            .inventory
            .get(task_definition)
            .map(|item| item.properties.clone())
    });
    let definition =
        definition.ok_or_else(|| format!("the task definition {task_definition} is gone"))?;
    let container = definition
        .get("ContainerDefinitions")
        .and_then(|all| all.get(0))
        .cloned()
        .unwrap_or_default();
    let address = free_address()
        .await
        .map_err(|error| format!("no port is free for a task: {error}"))?;
    let image = json::member(&container, "Image").unwrap_or_default();
    let image = registry::find(account, image)?;
    let in_container = image.is_some() && account.runtime == Runtime::Podman;
    let variables = |own| environment(account, own, &container, address);
    let mut command = match image {
        None => built_in(account, &container, variables),
        Some(image) if in_container => {
            podman::pull(account, &image).await?;
            podman::command(account, &image, &container, task_id, &variables(Vec::new()))
        }
        Some(image) => {
            let program = unpack(account, image).await?;
            image::command(account, &program, variables)
        }
    };
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(!in_container)
        .spawn()
        .map_err(|error| {
            format!(
                "{} cannot be started: {error}",
                account.task_program.display()
            )
        })?;
    let log = log_stream(&container, task_id);
    keep_lines(account, &log, child.stdout.take());
    keep_lines(account, &log, child.stderr.take());
    Ok(Process {
        entry: Entry::new(account, child.id().unwrap_or_default()),
        address,
        leash: child.stdin.take(),
        in_container,
        child,
        log,
        stop_timeout: Duration::from_secs(stop_timeout(&container)),
    })
}

async fn unpack(account: &Arc<Account>, image: Image) -> Result<Program, String> {
    let account = Arc::clone(account);
    // To unpack an image takes a moment.
    tokio::task::spawn_blocking(move || registry::program(&account, &image))
        .await
        .map_err(|error| error.to_string())
        .flatten()
}

/// The local AWS's own program, in the part that the image asks for.
fn built_in(
    account: &Account,
    container: &Value,
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

/// How many seconds a container may take to stop.
pub(super) fn stop_timeout(container: &Value) -> u64 {
    json::number(container, "StopTimeout").unwrap_or(STOP_TIMEOUT)
}

async fn free_address() -> std::io::Result<SocketAddr> {
    TcpListener::bind("127.0.0.1:0").await?.local_addr()
}

/// Environment variables with their values.
pub(super) type Variables = Vec<(String, String)>;

/// What a container of Fargate would see: the image's `own` variables, the way to AWS, and the
/// definition's variables.
fn environment(
    account: &Account,
    own: Variables,
    container: &Value,
    address: SocketAddr,
) -> Variables {
    let aws = [
        ("AWS_ENDPOINT_URL", account.endpoint_url()),
        ("AWS_REGION", account.region.clone()),
        ("AWS_DEFAULT_REGION", account.region.clone()),
        ("AWS_ACCESS_KEY_ID", "task".into()),
        ("AWS_SECRET_ACCESS_KEY", "task".into()),
        ("AWS_EXECUTION_ENV", "AWS_ECS_FARGATE".into()),
    ];
    let aws = aws.map(|(name, value)| (name.to_owned(), value));
    let mut all: Variables = own.into_iter().chain(aws).collect();
    let own = container.get("Environment").and_then(Value::as_array);
    all.extend(own.into_iter().flatten().filter_map(|variable| {
        Some((
            json::member(variable, "Name")?.to_owned(),
            json::text(variable.get("Value")?),
        ))
    }));
    all.push(("LISTEN_ADDR".into(), address.to_string()));
    all
}

/// The app's static files: those of the checkout, wherever the local AWS is started.
fn static_directory() -> PathBuf {
    let here = PathBuf::from("static");
    if here.is_dir() {
        return std::path::absolute(&here).unwrap_or(here);
    }
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../static"))
}

/// Which part the local AWS's own program plays: the app, or one of the two that fail.
fn role(container: &Value) -> &'static str {
    match json::member(container, "Image") {
        Some(faulty::CRASHES) => "task-crashes",
        Some(faulty::UNHEALTHY) => "task-unhealthy",
        _ => "task",
    }
}

/// Where awslogs puts the output: the log group, and the stream `PREFIX/CONTAINER/TASK`.
pub(super) fn log_stream(container: &Value, task_id: &str) -> (String, String) {
    let options = container
        .get("LogConfiguration")
        .and_then(|configuration| configuration.get("Options"));
    let option = |name: &str| {
        options
            .and_then(|options| json::member(options, name))
            .unwrap_or_default()
    };
    let name = json::member(container, "Name").unwrap_or_default();
    let stream = format!("{}/{name}/{task_id}", option("awslogs-stream-prefix"));
    (option("awslogs-group").to_owned(), stream)
}

fn keep_lines(
    account: &Arc<Account>,
    log: &(String, String),
    output: Option<impl AsyncRead + Unpin + Send + 'static>,
) {
    let Some(output) = output else { return };
    let (account, (group, stream)) = (Arc::clone(account), log.clone());
    tokio::spawn(async move {
        let mut lines = BufReader::new(output).split(b'\n');
        // What is no UTF-8 must not end the reading: the task would wait for it, or end.
        while let Ok(Some(line)) = lines.next_segment().await {
            let line = String::from_utf8_lossy(&line).into_owned();
            tracing::debug!(target: "task", "{}", Shown(&line));
            account.logs.add(&group, &stream, line);
        }
    });
}

/// The exit code as ECS shows it: 128 and the number of the signal where one ended the process.
pub(super) fn exit_code(status: ExitStatus) -> i32 {
    use std::os::unix::process::ExitStatusExt as _;
    status
        .code()
        .or_else(|| status.signal().map(|signal| 128 + signal))
        .unwrap_or(1)
}

impl Process {
    /// The id of the process.
    pub(super) fn id(&self) -> u32 {
        self.entry.process
    }

    /// How the process ended, if it has.
    pub(super) fn ended(&mut self) -> Option<ExitStatus> {
        self.child.try_wait().ok().flatten()
    }

    /// The last line that the process has printed.
    pub(super) fn last_line(&self, account: &Account) -> Option<String> {
        account.logs.last(&self.log.0, &self.log.1, 1).pop()
    }

    /// Asks the process to end and waits, at most for the stop timeout; then ends it. Gives its
    /// exit code.
    pub(super) async fn stop(mut self) -> i32 {
        if let Some(id) = self
            .child
            .id()
            .and_then(|id| i32::try_from(id).ok())
            .and_then(rustix::process::Pid::from_raw)
        {
            // An error says that the process is gone, which is what is asked for.
            let _ = rustix::process::kill_process(id, rustix::process::Signal::TERM);
        }
        if tokio::time::timeout(self.stop_timeout, self.child.wait())
            .await
            .is_err()
        {
            self.end().await;
        }
        self.ended().map_or(1, exit_code)
    }

    async fn end(&mut self) {
        // An error says that it is gone already, which is good enough.
        if self.in_container {
            // Killed, it could not remove the container.
            self.leash = None;
            let _ = self.child.wait().await;
        } else {
            let _ = self.child.kill().await;
        }
    }
}
