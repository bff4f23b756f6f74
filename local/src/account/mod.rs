//! The state of the local AWS: one account in one region, its resources and stacks.

mod disk;
mod faults;
mod hosts;
mod inventory;
mod pace;
mod quotas;
mod resource_policies;
mod routers;
mod store;
#[cfg(test)]
pub(crate) mod testing;
mod turns;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::thread;
use std::time::Duration;

use serde::{Deserialize, Serialize};

pub(crate) use self::disk::{check_room, private_directory, private_file};
pub(crate) use self::faults::{Faults, Operation, check as check_fault};
pub(crate) use self::hosts::{Hosts, check as check_host};
pub(crate) use self::inventory::{Inventory, Item};
pub(crate) use self::pace::Pace;
pub(crate) use self::quotas::{Quotas, check as check_quota};
pub(crate) use self::routers::{Routers, TaskOrigin};
pub(crate) use self::store::Store;
pub(crate) use self::turns::Turns;
use crate::aws::{ACCOUNT, PARTITION};
use crate::cloudformation::{self, Stack};
use crate::containers::Networks;
use crate::services::dynamodb::{Backend, Protections, Recoveries};
use crate::services::ecr::{Blobs, Repositories};
use crate::services::{
    acm, autoscaling, cloudwatch, ec2, ecs, elb, iam, kms, logs, route53, s3, secretsmanager, sns,
    ssm, wafv2,
};

/// The local AWS: one AWS account in one region, on this machine.
pub(crate) struct Account {
    pub(crate) region: String,
    pub(crate) pace: Pace,
    /// The address of the AWS endpoint, which tasks use too.
    pub(crate) endpoint: SocketAddr,
    /// The names under which the endpoint answers.
    pub(crate) hosts: Hosts,
    /// The first port for load balancers.
    pub(crate) alb_port: u16,
    /// The program that the local AWS starts for each task.
    pub(crate) task_program: PathBuf,
    pub(crate) backend: Backend,
    pub(crate) blobs: Blobs,
    /// The contents of the objects in S3.
    pub(crate) contents: s3::Contents,
    pub(crate) faults: Faults,
    pub(crate) quotas: Quotas,
    pub(crate) cancellations: cloudformation::Cancellations,
    pub(crate) followers: cloudformation::Followers,
    pub(crate) logs: logs::Groups,
    pub(crate) metrics: cloudwatch::Metrics,
    /// The actions of alarms that wait to be called.
    pub(crate) alarm_actions: Arc<cloudwatch::Actions>,
    pub(crate) tasks: ecs::RunningServices,
    /// The networks of running tasks.
    pub(crate) networks: Arc<Networks>,
    /// What the local AWS serves inside the network of a task.
    pub(crate) routers: Routers,
    pub(crate) balancers: elb::Balancers,
    pub(crate) authority: acm::Authority,
    pub(crate) firewall: wafv2::Firewall,
    /// The keys with which load balancers vouch for users.
    pub(crate) login_keys: elb::LoginKeysInUse,
    /// The permissions of the developer.
    pub(crate) permissions: iam::Permissions,
    /// What the sessions of roles were denied lately.
    pub(crate) denials: iam::Denials,
    /// The policies of sessions that were used lately.
    pub(crate) policies: iam::PolicyCache,
    /// The network, as it was read from the state last.
    pub(crate) network: ec2::Network,
    /// The temporary credentials that were issued.
    pub(crate) sessions: iam::Sessions,
    /// Whose turn it is to change resources.
    pub(crate) turns: Turns,
    state: Mutex<State>,
    /// How often the state has changed.
    revision: AtomicU64,
    store: Option<Store>,
}

/// Everything that outlives a restart with `--data`; tables are kept by the embedded DynamoDB.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct State {
    /// The region that all ARNs and zones in here belong to.
    pub(crate) region: Option<String>,
    pub(crate) stacks: Vec<Stack>,
    pub(crate) parameters: ssm::Parameters,
    pub(crate) inventory: Inventory,
    pub(crate) task_definitions: ecs::Revisions,
    #[serde(default)]
    pub(crate) inactive_task_definitions: ecs::InactiveTaskDefinitions,
    #[serde(default)]
    pub(crate) ecs_settings: ecs::AccountSettings,
    #[serde(default)]
    pub(crate) repositories: Repositories,
    #[serde(default)]
    pub(crate) recoveries: Recoveries,
    #[serde(default)]
    pub(crate) protections: Protections,
    #[serde(default)]
    pub(crate) kms: kms::Keys,
    #[serde(default)]
    pub(crate) secrets: secretsmanager::Secrets,
    #[serde(default)]
    pub(crate) sns: sns::Topics,
    #[serde(default)]
    pub(crate) zones: route53::Zones,
    /// The certificate authority for HTTPS listeners.
    #[serde(default)]
    pub(crate) authority: Option<acm::AuthorityFiles>,
    /// The keys with which load balancers vouch for users.
    #[serde(default)]
    pub(crate) login_keys: Option<elb::LoginKeys>,
    #[serde(default)]
    pub(crate) buckets: s3::Buckets,
    #[serde(default)]
    pub(crate) alarms: cloudwatch::Alarms,
    #[serde(default)]
    pub(crate) metric_filters: logs::MetricFilters,
    #[serde(default)]
    pub(crate) dashboards: cloudwatch::Dashboards,
    #[serde(default)]
    pub(crate) scaling: autoscaling::Scaling,
    #[serde(default)]
    pub(crate) interfaces: ec2::Interfaces,
    /// The signals to wait conditions.
    #[serde(default)]
    pub(crate) signals: cloudformation::Signals,
}

/// The parts that [`Account::new`] puts together.
pub(crate) struct Parts {
    pub(crate) region: String,
    pub(crate) pace: Pace,
    pub(crate) endpoint: SocketAddr,
    pub(crate) hosts: Hosts,
    pub(crate) alb_port: u16,
    pub(crate) task_program: PathBuf,
    pub(crate) backend: Backend,
    pub(crate) blobs: Blobs,
    pub(crate) contents: s3::Contents,
    pub(crate) faults: Faults,
    pub(crate) permissions: iam::Permissions,
    pub(crate) quotas: Quotas,
    pub(crate) state: State,
    pub(crate) store: Option<Store>,
}

impl Account {
    pub(crate) fn new(parts: Parts) -> Arc<Self> {
        let account = Arc::new(Self {
            region: parts.region,
            pace: parts.pace,
            endpoint: parts.endpoint,
            hosts: parts.hosts,
            alb_port: parts.alb_port,
            task_program: parts.task_program,
            backend: parts.backend,
            blobs: parts.blobs,
            contents: parts.contents,
            faults: parts.faults,
            quotas: parts.quotas,
            cancellations: cloudformation::Cancellations::default(),
            followers: cloudformation::Followers::default(),
            logs: logs::Groups::default(),
            metrics: cloudwatch::Metrics::default(),
            alarm_actions: Arc::default(),
            tasks: ecs::RunningServices::default(),
            networks: Arc::default(),
            routers: Routers::default(),
            balancers: elb::Balancers::default(),
            authority: acm::Authority::default(),
            firewall: wafv2::Firewall::default(),
            login_keys: elb::LoginKeysInUse::default(),
            permissions: parts.permissions,
            denials: iam::Denials::default(),
            policies: iam::PolicyCache::default(),
            network: ec2::Network::default(),
            sessions: iam::Sessions::default(),
            turns: Turns::default(),
            state: Mutex::new(parts.state),
            revision: AtomicU64::new(0),
            store: parts.store,
        });
        if account.store.is_some() {
            save_in_time(Arc::downgrade(&account));
        }
        account
    }

    /// Saves the changes that are not saved yet.
    pub(crate) fn save(&self) {
        if let Some(store) = &self.store {
            store.catch_up(&self.lock(), true);
        }
    }

    /// Reads the state.
    pub(crate) fn read<T>(&self, look: impl FnOnce(&State) -> T) -> T {
        look(&self.lock())
    }

    /// Changes the state. It is saved in the data directory if there is one, now or soon.
    pub(crate) fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let mut state = self.lock();
        let result = change(&mut state);
        self.revision.fetch_add(1, Ordering::Release);
        if let Some(store) = &self.store {
            store.save(&state);
        }
        result
    }

    /// A number that is different after each change of the state.
    pub(crate) fn revision(&self) -> u64 {
        self.revision.load(Ordering::Acquire)
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
        // A handler that panics during a change is answered with a 500; the others continue.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Account {
    fn drop(&mut self) {
        self.save();
    }
}

/// Saves the changes that had to wait, as long as the account exists.
fn save_in_time(account: Weak<Account>) {
    const PAUSE: Duration = Duration::from_millis(5);
    thread::spawn(move || {
        while let Some(account) = account.upgrade() {
            let store = account.store.as_ref().filter(|store| store.is_due());
            if let Some(store) = store {
                store.catch_up(&account.lock(), false);
            }
            drop(account);
            thread::sleep(PAUSE);
        }
    });
}
