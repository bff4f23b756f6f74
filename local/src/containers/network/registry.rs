//! The networks of all running tasks, by VPC and private address.

use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use tokio::net::TcpStream;

use super::Attachment;

/// The networks of all running tasks.
#[derive(Default)]
pub(crate) struct Networks {
    attached: Mutex<HashMap<(String, Ipv4Addr), Weak<Attachment>>>,
    /// Whether this machine has refused to make namespaces.
    refused: AtomicBool,
}

impl Networks {
    /// Makes the network reachable for load balancers in the VPC.
    pub(crate) fn add(&self, vpc: &str, attachment: &Arc<Attachment>) {
        let mut attached = self.attached();
        attached.retain(|_, known| known.strong_count() > 0);
        attached.insert(
            (vpc.to_owned(), attachment.address),
            Arc::downgrade(attachment),
        );
    }

    /// Connects to a private address in the VPC.
    ///
    /// # Errors
    /// No task has the address, or nothing listens there.
    pub(crate) async fn connect(&self, vpc: &str, address: SocketAddr) -> io::Result<TcpStream> {
        // A program of this machine that was registered by hand.
        if address.ip().is_loopback() {
            return TcpStream::connect(address).await;
        }
        let IpAddr::V4(ip) = address.ip() else {
            return Err(io::ErrorKind::HostUnreachable.into());
        };
        let known = self
            .attached()
            .get(&(vpc.to_owned(), ip))
            .and_then(Weak::upgrade);
        match known {
            Some(attachment) => attachment.connect(address.port()).await,
            None => Err(io::ErrorKind::HostUnreachable.into()),
        }
    }

    /// Whether namespaces can be made here, as far as is known.
    pub(super) fn has_namespaces(&self) -> bool {
        !self.refused.load(Ordering::Relaxed)
    }

    /// Remembers that this machine refuses to make namespaces.
    pub(super) fn without_namespaces(&self, err: &io::Error) {
        if !self.refused.swap(true, Ordering::Relaxed) {
            tracing::warn!(
                "this machine refuses to make a network namespace ({err}): built-in images listen on free ports instead, and pushed images cannot run"
            );
        }
    }

    fn attached(&self) -> MutexGuard<'_, HashMap<(String, Ipv4Addr), Weak<Attachment>>> {
        self.attached.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
