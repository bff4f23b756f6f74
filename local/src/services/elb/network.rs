//! What the network lets through: clients to a load balancer, and a load balancer to its targets.

use std::collections::{BTreeSet, HashMap};
use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use tokio::io::AsyncReadExt as _;
use tokio::net::TcpStream;
use tokio::sync::Semaphore;

use super::listener::{Listener, ListenerProperties};
use crate::account::{Account, State};
use crate::resources::ResourceType as _;
use crate::services::ec2;

/// How long a load balancer tries to connect to a target (ELB user guide, "HTTP 504").
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// How long a client waits for a connection that is never answered: Linux gives up after 127 s.
const LONGEST_HOLD: Duration = Duration::from_secs(127);

/// How many connections that the network stops are held open; more are closed at once.
static HELD: Semaphore = Semaphore::const_new(256);

/// The network between a target group and its load balancers.
pub(super) struct Gate {
    account: Weak<Account>,
    /// The ARN of the target group.
    group: String,
    known: Mutex<Known>,
}

/// The verdicts of one revision of the account's state.
#[derive(Default)]
struct Known {
    revision: u64,
    blocked: HashMap<SocketAddr, Option<Arc<str>>>,
}

impl Gate {
    pub(super) fn new(account: &Arc<Account>, group: &str) -> Self {
        Self {
            account: Arc::downgrade(account),
            group: group.to_owned(),
            known: Mutex::default(),
        }
    }

    /// Whether every load balancer of the group reaches the target.
    pub(super) fn reaches(&self, target: SocketAddr) -> bool {
        self.blocked(target).is_none()
    }

    /// What stops a load balancer of the group on its way to the target, and what would let it through.
    pub(super) fn blocked(&self, target: SocketAddr) -> Option<Arc<str>> {
        let account = self.account.upgrade()?;
        let revision = account.revision();
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.revision != revision {
            *known = Known {
                revision,
                blocked: HashMap::new(),
            };
        }
        let decided = known.blocked.entry(target);
        decided
            .or_insert_with(|| decide(&account, &self.group, target))
            .clone()
    }

    /// Waits as long as a load balancer waits for a target that it does not reach.
    pub(super) async fn time_out(&self) {
        if let Some(account) = self.account.upgrade() {
            account.pace.wait(CONNECT_TIMEOUT).await;
        }
    }
}

fn decide(account: &Account, group: &str, target: SocketAddr) -> Option<Arc<str>> {
    let IpAddr::V4(address) = target.ip() else {
        return Some("its address is not one of IPv4".into());
    };
    let balancers = account.read(|state| balancers_of(state, group));
    let mut blocked = balancers.iter().filter_map(|balancer| {
        ec2::balancer_reaches(account, balancer, address, target.port()).err()
    });
    let blocked = blocked.next()?;
    let sentence = format!("{} {}", blocked.why, blocked.remedy);
    tracing::warn!("the load balancer does not reach {target}: {sentence}");
    Some(sentence.into())
}

/// The load balancers with a listener or a rule that forwards to the target group.
fn balancers_of(state: &State, group: &str) -> BTreeSet<String> {
    let users = state.inventory.users(
        group,
        &[
            "AWS::ElasticLoadBalancingV2::Listener",
            "AWS::ElasticLoadBalancingV2::ListenerRule",
        ],
    );
    let listeners = users.iter().filter_map(|user| {
        let item = state.inventory.get(user)?;
        let of_rule = item.properties["ListenerArn"].as_str();
        of_rule.or(Some(user)).map(str::to_owned)
    });
    listeners
        .filter_map(|listener| Some(balancer_and_port(state, &listener)?.0))
        .collect()
}

/// The load balancer of a listener, and the listener's port.
fn balancer_and_port(state: &State, listener: &str) -> Option<(String, u16)> {
    let properties: ListenerProperties = state.inventory.get_of(Listener::NAME, listener)?.read();
    let port = u16::try_from(properties.port()).unwrap_or(80);
    Some((properties.load_balancer_arn, port))
}

/// The network between the internet and a listener.
pub(super) struct Front {
    connections: AtomicUsize,
}

impl Front {
    pub(super) fn new() -> Self {
        Self {
            connections: AtomicUsize::new(0),
        }
    }

    /// Whether the next connection from the internet reaches the listener.
    pub(super) fn admits(&self, account: &Account, client: IpAddr, listener: &str) -> bool {
        let turn = self.connections.fetch_add(1, Ordering::Relaxed);
        let found = account.read(|state| balancer_and_port(state, listener));
        let Some((balancer, port)) = found else {
            return true;
        };
        match ec2::client_reaches(account, &balancer, turn, client, port) {
            Ok(()) => true,
            Err(blocked) => {
                let (why, remedy) = (&blocked.why, &blocked.remedy);
                tracing::warn!("a client does not reach the load balancer: {why} {remedy}");
                false
            }
        }
    }
}

/// Keeps a connection open without an answer. On AWS nobody would accept it; here the system has already
/// done so.
pub(super) async fn hold(mut stream: TcpStream) {
    let Ok(_place) = HELD.try_acquire() else {
        return;
    };
    let mut ignored = [0; 1024];
    let until_closed = async { while matches!(stream.read(&mut ignored).await, Ok(1..)) {} };
    let _ = tokio::time::timeout(LONGEST_HOLD, until_closed).await;
}
