//! The network of one task.

use std::io;
use std::net::{Ipv4Addr, SocketAddr, SocketAddrV4};
use std::sync::Arc;

use tokio::net::{TcpListener, TcpStream};

#[cfg(target_os = "linux")]
use super::namespace::Namespace;
use crate::account::Account;

/// The port of the app if nothing else is set.
const APP_PORT: u16 = 8080;

/// The network of a task.
pub(crate) struct Attachment {
    pub(super) address: Ipv4Addr,
    kind: Kind,
}

enum Kind {
    #[cfg(target_os = "linux")]
    Namespace(Box<Namespace>),
    /// Port `port` of the task is `actual` on this machine.
    Port { port: u16, actual: SocketAddr },
}

impl Attachment {
    /// Makes the network of a task. `port` is the one that a built-in image listens on.
    ///
    /// # Errors
    /// One sentence if there is no free port.
    pub(crate) async fn new(
        account: &Arc<Account>,
        task_id: &str,
        address: Ipv4Addr,
        port: Option<u16>,
    ) -> Result<Self, String> {
        #[cfg(target_os = "linux")]
        if account.networks.has_namespaces() {
            match Namespace::new(account, task_id, address).await {
                Ok(namespace) => {
                    return Ok(Self {
                        address,
                        kind: Kind::Namespace(Box::new(namespace)),
                    });
                }
                Err(err) => account.networks.without_namespaces(&err),
            }
        }
        let _ = (account, task_id);
        let free = TcpListener::bind("127.0.0.1:0")
            .await
            .and_then(|free| free.local_addr());
        let actual = free.map_err(|err| format!("no port is free for a task: {err}"))?;
        let kind = Kind::Port {
            port: port.unwrap_or(APP_PORT),
            actual,
        };
        Ok(Self { address, kind })
    }

    /// Connects to a port of the task.
    ///
    /// # Errors
    /// Nothing listens there, or the task is gone.
    pub(super) async fn connect(&self, port: u16) -> io::Result<TcpStream> {
        match &self.kind {
            #[cfg(target_os = "linux")]
            Kind::Namespace(namespace) => {
                let socket = namespace.socket().await?;
                socket
                    .connect(SocketAddrV4::new(self.address, port).into())
                    .await
            }
            Kind::Port {
                port: known,
                actual,
            } if *known == port => TcpStream::connect(actual).await,
            Kind::Port { .. } => Err(io::ErrorKind::ConnectionRefused.into()),
        }
    }

    /// The process with the network namespace; `None` without namespaces.
    pub(crate) fn namespace(&self) -> Option<u32> {
        match &self.kind {
            #[cfg(target_os = "linux")]
            Kind::Namespace(namespace) => Some(namespace.process),
            Kind::Port { .. } => None,
        }
    }

    /// Whether the network namespace has all users of this machine.
    #[cfg(target_os = "linux")]
    pub(crate) fn has_all_users(&self) -> bool {
        matches!(&self.kind, Kind::Namespace(namespace) if namespace.all_users)
    }

    /// Where a built-in image listens if there are no namespaces.
    pub(crate) fn actual(&self) -> Option<SocketAddr> {
        match &self.kind {
            #[cfg(target_os = "linux")]
            Kind::Namespace(_) => None,
            Kind::Port { actual, .. } => Some(*actual),
        }
    }
}
