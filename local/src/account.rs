//! What all services share: who the account is, how fast time passes, and the state.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rand::RngExt as _;
use serde::{Deserialize, Serialize};
use time::macros::format_description;

use crate::cloudformation::Stack;
use crate::dynamodb::Backend;
use crate::faults::Faults;
use crate::options::Runtime;
use crate::pace::Pace;
use crate::registry::{Blobs, Repositories};
use crate::store::Store;
use crate::{cloudformation, ecs, elb, inventory, logs, ssm};

/// The account that everything on the local AWS belongs to.
pub(crate) const ACCOUNT: &str = "123456789012";

/// The one partition that the local AWS stands in.
pub(crate) const PARTITION: &str = "aws";

/// The local AWS: one AWS account in one region, on this machine.
pub(crate) struct Account {
    pub(crate) region: String,
    pub(crate) pace: Pace,
    /// Where the AWS endpoint listens; tasks are told to use it.
    pub(crate) endpoint: SocketAddr,
    /// The first port that a load balancer takes.
    pub(crate) alb_port: u16,
    /// The program that is a task when started with `task`.
    pub(crate) task_program: PathBuf,
    /// What a pushed image runs as.
    pub(crate) runtime: Runtime,
    pub(crate) backend: Backend,
    pub(crate) blobs: Blobs,
    pub(crate) faults: Faults,
    pub(crate) cancellations: cloudformation::Cancellations,
    pub(crate) logs: logs::Groups,
    pub(crate) tasks: ecs::Services,
    pub(crate) balancers: elb::Balancers,
    state: Mutex<State>,
    store: Option<Store>,
}

/// Everything that outlives a restart with `--data`; tables are kept by the embedded DynamoDB.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct State {
    /// The region that all ARNs and zones in here belong to.
    pub(crate) region: Option<String>,
    pub(crate) stacks: Vec<Stack>,
    pub(crate) parameters: ssm::Parameters,
    pub(crate) inventory: inventory::Inventory,
    pub(crate) task_definitions: ecs::Revisions,
    #[serde(default)]
    pub(crate) repositories: Repositories,
}

/// The parts that [`Account::new`] puts together.
pub(crate) struct Parts {
    pub(crate) region: String,
    pub(crate) pace: Pace,
    pub(crate) endpoint: SocketAddr,
    pub(crate) alb_port: u16,
    pub(crate) task_program: PathBuf,
    pub(crate) runtime: Runtime,
    pub(crate) backend: Backend,
    pub(crate) blobs: Blobs,
    pub(crate) faults: Faults,
    pub(crate) state: State,
    pub(crate) store: Option<Store>,
}

impl Account {
    pub(crate) fn new(parts: Parts) -> Arc<Self> {
        Arc::new(Self {
            region: parts.region,
            pace: parts.pace,
            endpoint: parts.endpoint,
            alb_port: parts.alb_port,
            task_program: parts.task_program,
            runtime: parts.runtime,
            backend: parts.backend,
            blobs: parts.blobs,
            faults: parts.faults,
            cancellations: cloudformation::Cancellations::default(),
            logs: logs::Groups::default(),
            tasks: ecs::Services::default(),
            balancers: elb::Balancers::default(),
            state: Mutex::new(parts.state),
            store: parts.store,
        })
    }

    /// Looks at the state.
    pub(crate) fn read<T>(&self, look: impl FnOnce(&State) -> T) -> T {
        look(&self.lock())
    }

    /// Changes the state, and keeps it in the data directory where there is one.
    pub(crate) fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let mut state = self.lock();
        let result = change(&mut state);
        if let Some(store) = &self.store {
            store.save(&state);
        }
        result
    }

    /// The ARN of a resource of this account: `arn:aws:SERVICE:REGION:ACCOUNT:RESOURCE`.
    pub(crate) fn arn(&self, service: &str, resource: &str) -> String {
        format!(
            "arn:{PARTITION}:{service}:{}:{ACCOUNT}:{resource}",
            self.region
        )
    }

    /// The URL of the AWS endpoint.
    pub(crate) fn endpoint_url(&self) -> String {
        format!("http://{}", self.endpoint)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // A handler that panicked in the middle of a change is answered with a 500; the others go on.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An id as EC2 makes them: `PREFIX-` and 17 hexadecimal digits.
pub(crate) fn ec2_id(prefix: &str) -> String {
    let digits: u128 = rand::rng().random();
    format!("{prefix}-{:017x}", digits >> 60)
}

/// Random letters and digits, upper case, as CloudFormation ends a generated name.
pub(crate) fn suffix(length: usize) -> String {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    let mut random = rand::rng();
    (0..length)
        .map(|_| char::from(LETTERS[random.random_range(0..LETTERS.len())]))
        .collect()
}

/// A physical name as CloudFormation makes them: `STACK-LOGICALID-RANDOM`.
pub(crate) fn generated_name(stack: &str, logical_id: &str) -> String {
    format!("{stack}-{logical_id}-{}", suffix(12))
}

/// 32 hexadecimal digits, as ECS and ELB end their ARNs.
pub(crate) fn hex_id(digits: usize) -> String {
    let random: u128 = rand::rng().random();
    let mut text = format!("{random:032x}");
    text.truncate(digits);
    text
}

/// Now, as AWS writes time: UTC, to the millisecond.
pub(crate) fn now() -> String {
    let format =
        format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:3]Z");
    time::OffsetDateTime::now_utc()
        .format(format)
        .unwrap_or_default()
}

/// Seconds since 1970, as the JSON protocol writes time.
pub(crate) fn seconds() -> f64 {
    let since = time::OffsetDateTime::now_utc() - time::OffsetDateTime::UNIX_EPOCH;
    since.as_seconds_f64()
}

/// Milliseconds since 1970, as CloudWatch Logs writes time.
pub(crate) fn milliseconds() -> u64 {
    let nanoseconds = time::OffsetDateTime::now_utc().unix_timestamp_nanos();
    u64::try_from(nanoseconds / 1_000_000).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_have_the_form_of_aws() {
        let id = ec2_id("vpc");
        assert_eq!(id.len(), "vpc-".len() + 17, "{id}");
        assert_ne!(id, ec2_id("vpc"));
        assert_eq!(hex_id(16).len(), 16);
        assert_eq!(now().len(), "2026-11-23T02:07:01.000Z".len());
        assert!(generated_name("table", "Table").starts_with("table-Table-"));
    }
}
