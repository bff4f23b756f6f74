//! Starts and stops the local AWS.

mod demo;
mod monitoring;
mod program;
mod roles;

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result, anyhow, bail};
use axum::serve::ListenerExt as _;
use dynoxide::Database;
use tokio::net::TcpListener;
use tokio::sync::Mutex;
use tokio::task::{JoinHandle, JoinSet};

pub use self::demo::Demo;
pub use self::program::main;
use crate::account::{Account, Faults, Hosts, Pace, Parts, Quotas, State, Store, private_file};
use crate::options::Options;
use crate::services::dynamodb::Backend;
use crate::services::ecr::Blobs;
use crate::services::iam::Permissions;
use crate::services::s3::Contents;
use crate::services::{ecs, elb};
use crate::{cloudformation, endpoint, resources};

/// A running local AWS.
pub struct Local {
    account: Arc<Account>,
    serving: JoinHandle<()>,
    /// Metrics and alarms.
    monitoring: JoinSet<()>,
    /// The resumed operations that were interrupted when the local AWS last stopped.
    resumed: Mutex<JoinSet<()>>,
}

/// Starts the AWS endpoint and everything that the data directory holds.
///
/// # Errors
/// One sentence that says how to solve the problem: the port is in use, the data directory is
/// corrupt or cannot be used, or podman is requested and cannot be used.
pub async fn start(options: &Options) -> Result<Local> {
    let listener = listen(options.port).await?;
    let account = open_account(options, listener.local_addr()?).await?;
    let serving = serve(listener, &account);
    resources::restore(&account)
        .await
        .map_err(|reason| anyhow!(reason))?;
    let resumed = cloudformation::resume(&account);
    let monitoring = monitoring::start(&account);
    Ok(Local {
        account,
        serving,
        monitoring,
        resumed: Mutex::new(resumed),
    })
}

async fn listen(port: u16) -> Result<TcpListener> {
    let address = SocketAddr::from(([127, 0, 0, 1], port));
    TcpListener::bind(address)
        .await
        .with_context(|| format!("the AWS endpoint cannot listen on {address}: stop what listens there or choose another port with --port"))
}

/// The first port for load balancers; for 0 one that is free now.
fn first_port(given: u16) -> Result<u16> {
    if given != 0 {
        return Ok(given);
    }
    let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0));
    let listener = listener.context("no port is free for a load balancer")?;
    Ok(listener.local_addr()?.port())
}

/// The account with the state from the data directory.
async fn open_account(options: &Options, endpoint: SocketAddr) -> Result<Arc<Account>> {
    let (store, state) = match &options.data {
        Some(directory) => Store::open(directory).map(|(store, state)| (Some(store), state))?,
        None => (None, State::default()),
    };
    let state = in_region(state, &options.region)?;
    let database = open_database(store.as_ref())?;
    let task_program = match &options.task_program {
        Some(program) => program.clone(),
        None => std::env::current_exe().context("the local AWS cannot find its own program")?,
    };
    let faults = Faults::new(options.throttle, Duration::from_millis(options.latency));
    faults
        .fail(&options.fail)
        .map_err(|reason| anyhow!(reason))?;
    let permissions = Permissions::open(
        options.caller_policy.as_deref(),
        options.record_permissions.as_deref(),
    )?;
    Ok(Account::new(Parts {
        region: options.region.clone(),
        pace: Pace::new(options.pace),
        endpoint,
        hosts: Hosts::new(&options.host),
        alb_port: first_port(options.alb_port)?,
        task_program,
        backend: Backend::start(database).await?,
        blobs: Blobs::open(options.data.as_deref())?,
        contents: Contents::open(options.data.as_deref())?,
        faults,
        permissions,
        quotas: Quotas::new(&options.quota).map_err(|reason| anyhow!(reason))?,
        state,
        store,
    }))
}

/// The state, marked with its region.
fn in_region(state: State, region: &str) -> Result<State> {
    if let Some(saved) = state.region.as_ref().filter(|saved| *saved != region) {
        bail!(
            "the data directory belongs to the region {saved}, not {region}: start with --region {saved}, or choose another with --data"
        );
    }
    let mut state = State {
        region: Some(region.to_owned()),
        ..state
    };
    state.interfaces.forget_tasks();
    Ok(state)
}

fn serve(listener: TcpListener, account: &Arc<Account>) -> JoinHandle<()> {
    let router = endpoint::router(Arc::clone(account));
    let weak = Arc::downgrade(account);
    account.routers.set(move || {
        let account = weak.upgrade()?;
        let agent = ecs::agent().with_state(Arc::clone(&account));
        Some((endpoint::router(account), agent))
    });
    let listener = listener.tap_io(|connection| {
        // Without this, a response may wait until the client has acknowledged its beginning.
        let _ = connection.set_nodelay(true);
    });
    tokio::spawn(async move {
        if let Err(err) = axum::serve(listener, router).await {
            tracing::error!("the AWS endpoint ended: {err}");
        }
    })
}

fn open_database(store: Option<&Store>) -> Result<Database> {
    let Some(store) = store else {
        return Ok(Database::memory()?);
    };
    let path = store.tables();
    let shown = path.display();
    private_file(&path).with_context(|| format!("the tables in {shown} cannot be opened"))?;
    Database::new(&path.to_string_lossy())
        .and_then(|database| database.table_count().map(|_| database))
        .with_context(|| format!("the tables in {shown} cannot be opened: repair the file, or move it away to start with none"))
}

impl Local {
    /// The URL of the AWS endpoint.
    #[must_use]
    pub fn endpoint_url(&self) -> String {
        self.account.endpoint_url()
    }

    /// The ids of the processes that are running as tasks of ECS services.
    #[must_use]
    pub fn task_processes(&self) -> Vec<u32> {
        self.account.tasks.process_ids()
    }

    /// Makes resources fail from now on, as the option `--fail` does.
    ///
    /// # Errors
    /// One sentence for a rule that cannot be read.
    pub fn fail(&self, rules: &[&str]) -> Result<()> {
        let rules: Vec<String> = rules.iter().map(|rule| (*rule).to_owned()).collect();
        self.account
            .faults
            .fail(&rules)
            .map_err(|reason| anyhow!(reason))
    }

    /// Deploys the three stacks with the code of their binaries and fills an empty table.
    ///
    /// # Errors
    /// The error of a deployment, with the name of its stack.
    pub async fn deploy(&self) -> Result<Demo> {
        while self.resumed.lock().await.join_next().await.is_some() {}
        demo::deploy(&self.account).await
    }

    /// Stops the tasks, then the endpoint.
    pub async fn stop(mut self) {
        self.monitoring.abort_all();
        ecs::stop_all(&self.account).await;
        elb::deliver(&self.account).await;
        self.serving.abort();
        self.account.save();
    }
}
