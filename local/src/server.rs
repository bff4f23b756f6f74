//! The start and the end of the local AWS.

use std::ffi::OsString;
use std::io::IsTerminal as _;
use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result, anyhow, bail};
use axum::serve::ListenerExt as _;
use clap::Parser as _;
use deploy::Output;
use dynoxide::Database;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::Mutex;
use tokio::task::{JoinHandle, JoinSet};
use tracing_subscriber::EnvFilter;

use crate::account::{Account, Parts, State};
use crate::demo::Demo;
use crate::dynamodb::Backend;
use crate::faults::Faults;
use crate::options::{Options, Runtime};
use crate::pace::Pace;
use crate::registry::Blobs;
use crate::store::Store;
use crate::{cloudformation, demo, ecs, elb, endpoint, faulty};

/// Everything that the binary does. `local task` is the app in one of the local AWS's tasks.
///
/// Gives 0 after Ctrl-C and 1 with one sentence on standard error where the local AWS cannot start.
pub async fn main(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    let args: Vec<OsString> = args.into_iter().collect();
    match args.get(1).and_then(|first| first.to_str()) {
        Some("task") => return task(args.first().cloned()).await,
        Some("task-image") => return ecs::become_image(args.get(2..).unwrap_or_default()),
        Some("task-podman") => return ecs::keep_container(args.get(2..).unwrap_or_default()).await,
        Some("task-crashes") => return faulty::crash(),
        Some("task-unhealthy") => {
            end_with_the_endpoint();
            return faulty::run_unhealthy().await;
        }
        _ => {}
    }
    let options = Options::try_parse_from(args).map_err(deploy::cli::shown);
    let options = options.unwrap_or_else(|err| err.exit());
    let filter =
        EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn,dynoxide=off"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .init();
    match run(options).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            Output::Lines.progress(&format!("Error: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

/// The app, as long as the local AWS holds the other end of standard input.
async fn task(program: Option<OsString>) -> ExitCode {
    end_with_the_endpoint();
    showtable::main(program).await
}

/// Ends this process when standard input does: the local AWS never writes, so that is when the local AWS
/// ends, however it ends.
fn end_with_the_endpoint() {
    std::thread::spawn(|| {
        let _ = std::io::copy(&mut std::io::stdin(), &mut std::io::sink());
        std::process::exit(0);
    });
}

async fn run(options: Options) -> Result<()> {
    // From the first moment on: a signal during the deployment counts as well.
    let stopped = stop_signal().context("the signal to stop cannot be waited for")?;
    let local = start(&options).await?;
    let work = run_until_stopped(&local, &options, stopped).await;
    local.stop().await;
    work
}

async fn run_until_stopped(
    local: &Local,
    options: &Options,
    stopped: impl Future<Output = ()>,
) -> Result<()> {
    tokio::pin!(stopped);
    let demo = if options.empty {
        None
    } else {
        tokio::select! {
            demo = local.deploy() => Some(demo?),
            () = &mut stopped => return Ok(()),
        }
    };
    Output::Lines.result(&demo::banner(&local.account, demo.as_ref()));
    stopped.await;
    Output::Lines.result("\nStopping.");
    Ok(())
}

/// Ends with the first Ctrl-C or SIGTERM from now on.
fn stop_signal() -> std::io::Result<impl Future<Output = ()>> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

/// A local AWS that runs.
pub struct Local {
    account: Arc<Account>,
    serving: JoinHandle<()>,
    /// The operations that the end of the last local AWS had cut off.
    resumed: Mutex<JoinSet<()>>,
}

/// Starts the AWS endpoint and whatever stands in the data directory.
///
/// # Errors
/// One sentence with the way out: the port is taken, the data directory cannot be used or is
/// corrupt, podman is asked for and cannot be used.
pub async fn start(options: &Options) -> Result<Local> {
    if options.runtime == Runtime::Podman {
        ecs::find_podman().await?;
    }
    let address = SocketAddr::from(([127, 0, 0, 1], options.port));
    let listener = TcpListener::bind(address)
        .await
        .with_context(|| format!("the AWS endpoint cannot listen on {address}: stop what listens there or choose another port with --port"))?;
    let (store, state) = match &options.data {
        Some(directory) => Store::open(directory).map(|(store, state)| (Some(store), state))?,
        None => (None, State::default()),
    };
    if let Some(region) = state
        .region
        .as_ref()
        .filter(|region| **region != options.region)
    {
        bail!(
            "the data directory was made in {region}, not in {}: start with --region {region}, or choose another with --data",
            options.region
        );
    }
    let state = State {
        region: Some(options.region.clone()),
        ..state
    };
    let database = open_database(store.as_ref())?;
    let task_program = match &options.task_program {
        Some(program) => program.clone(),
        None => std::env::current_exe().context("the local AWS cannot find its own program")?,
    };
    let faults = Faults::new(options.throttle, Duration::from_millis(options.latency));
    faults
        .fail(&options.fail)
        .map_err(|reason| anyhow!(reason))?;
    let account = Account::new(Parts {
        region: options.region.clone(),
        pace: Pace::new(options.pace),
        endpoint: listener.local_addr()?,
        alb_port: options.alb_port,
        task_program,
        runtime: options.runtime,
        backend: Backend::start(database).await?,
        blobs: Blobs::open(options.data.as_deref())?,
        faults,
        state,
        store,
    });
    let router = endpoint::router(Arc::clone(&account));
    let listener = listener.tap_io(|connection| {
        // Without it an answer may wait until its beginning was acknowledged.
        let _ = connection.set_nodelay(true);
    });
    let serving = tokio::spawn(async move {
        if let Err(error) = axum::serve(listener, router).await {
            tracing::error!("the AWS endpoint ended: {error}");
        }
    });
    elb::restore(&account)
        .await
        .map_err(|reason| anyhow!(reason))?;
    ecs::reconcile(&account);
    let resumed = cloudformation::resume(&account);
    Ok(Local {
        account,
        serving,
        resumed: Mutex::new(resumed),
    })
}

fn open_database(store: Option<&Store>) -> Result<Database> {
    let Some(store) = store else {
        return Ok(Database::memory()?);
    };
    let path = store.tables();
    let shown = path.display();
    Database::new(&path.to_string_lossy())
        .and_then(|database| database.table_count().map(|_| database))
        .with_context(|| format!("the tables in {shown} cannot be opened: mend the file, or move it away to start with none"))
}

impl Local {
    /// The URL of the AWS endpoint.
    #[must_use]
    pub fn endpoint_url(&self) -> String {
        self.account.endpoint_url()
    }

    /// The ids of the processes that run as tasks of ECS services now.
    #[must_use]
    pub fn task_processes(&self) -> Vec<u32> {
        self.account.tasks.process_ids()
    }

    /// Lets resources fail from now on, as the option `--fail` does.
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
    /// What a deployment reports, with the name of its stack.
    pub async fn deploy(&self) -> Result<Demo> {
        while self.resumed.lock().await.join_next().await.is_some() {}
        demo::deploy(&self.account).await
    }

    /// Stops the tasks, then the endpoint.
    pub async fn stop(self) {
        ecs::stop_all(&self.account).await;
        self.serving.abort();
    }
}
