//! A network namespace, made by `local task-network`.

use std::io;
use std::net::Ipv4Addr;
use std::os::fd::OwnedFd;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use axum::Extension;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, Interest};
use tokio::net::{TcpListener, TcpSocket, UnixStream};
use tokio::process::{Child, Command};
use tokio::sync::Mutex;
use tokio::task::JoinHandle;

use super::agent::AGENT;
use super::host_name::host_name;
use super::users;
use crate::account::{Account, TaskOrigin};
use crate::containers::sandbox::{NetworkSpecification, receive};

/// How long the process may take for an answer. It needs some milliseconds.
const LONGEST_WAIT: Duration = Duration::from_secs(10);

/// A network namespace with the process that makes its sockets. Dropping it ends the process.
pub(super) struct Namespace {
    pub(super) process: u32,
    pub(super) all_users: bool,
    _child: Child,
    channel: Mutex<UnixStream>,
    /// Serve the AWS endpoint and the container agent inside.
    serving: Vec<JoinHandle<()>>,
}

impl Drop for Namespace {
    fn drop(&mut self) {
        for server in &self.serving {
            server.abort();
        }
    }
}

impl Namespace {
    pub(super) async fn new(
        account: &Arc<Account>,
        task_id: &str,
        address: Ipv4Addr,
    ) -> io::Result<Self> {
        let made = tokio::time::timeout(LONGEST_WAIT, Self::make(account, task_id, address));
        made.await
            .map_err(|_| io::Error::from(io::ErrorKind::TimedOut))?
    }

    async fn make(account: &Arc<Account>, task_id: &str, address: Ipv4Addr) -> io::Result<Self> {
        let (channel, theirs) = std::os::unix::net::UnixStream::pair()?;
        channel.set_nonblocking(true)?;
        let mut child = Command::new(&account.task_program)
            .args(["task-network", &std::process::id().to_string()])
            .env_clear()
            .stdin(Stdio::from(OwnedFd::from(theirs)))
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let mut channel = UnixStream::from_std(channel)?;
        if let Err(err) = next(&channel).await {
            return Err(reason(child).await.unwrap_or(err));
        }
        let process = child.id().ok_or(io::ErrorKind::NotFound)?;
        let all_users = users::give(process)?;
        let specification = specification(account, address);
        let mut line = serde_json::to_vec(&specification)?;
        line.push(b'\n');
        channel.write_all(&line).await?;
        let mut listeners = Vec::new();
        // The AWS endpoint, then the container agent.
        for _ in 0..2 {
            match next(&channel).await {
                Ok(Some(descriptor)) => listeners.push(TcpListener::from_std(descriptor.into())?),
                Ok(None) => return Err(io::ErrorKind::InvalidData.into()),
                Err(err) => return Err(reason(child).await.unwrap_or(err)),
            }
        }
        drop(child.stdout.take());
        Ok(Self {
            process,
            all_users,
            _child: child,
            channel: Mutex::new(channel),
            serving: serve(account, task_id, listeners),
        })
    }

    /// A socket of the network, not yet connected.
    pub(super) async fn socket(&self) -> io::Result<TcpSocket> {
        let mut channel = self.channel.lock().await;
        let answer = async {
            channel.write_all(b"s").await?;
            next(&channel).await
        };
        let answer = tokio::time::timeout(LONGEST_WAIT, answer).await;
        let descriptor = answer.map_err(|_| io::Error::from(io::ErrorKind::TimedOut))??;
        let descriptor = descriptor.ok_or(io::ErrorKind::InvalidData)?;
        Ok(TcpSocket::from_std_stream(descriptor.into()))
    }
}

fn specification(account: &Account, address: Ipv4Addr) -> NetworkSpecification {
    NetworkSpecification {
        host_name: host_name(address, &account.region),
        address,
        endpoint: account.endpoint,
        agent: AGENT,
    }
}

/// The next answer of the process, with a descriptor if it has one.
async fn next(channel: &UnixStream) -> io::Result<Option<OwnedFd>> {
    let received = channel.async_io(Interest::READABLE, || receive(channel));
    Ok(received.await?.1)
}

/// The reason that the process has printed before it ended.
async fn reason(mut child: Child) -> Option<io::Error> {
    let mut text = String::new();
    child.stdout.take()?.read_to_string(&mut text).await.ok()?;
    (!text.is_empty()).then(|| io::Error::other(text))
}

/// Serves the AWS endpoint and the container agent in the network.
fn serve(account: &Account, task_id: &str, listeners: Vec<TcpListener>) -> Vec<JoinHandle<()>> {
    let (endpoint, agent) = account.routers.both();
    let endpoint = endpoint.layer(Extension(TaskOrigin(task_id.to_owned())));
    let pairs = listeners.into_iter().zip([endpoint, agent]);
    pairs
        .map(|(listener, router)| {
            tokio::spawn(async move {
                // It ends with the task.
                let _ = axum::serve(listener, router).await;
            })
        })
        .collect()
}
