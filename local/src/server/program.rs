//! The program: the local AWS itself, or one of its tasks.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::io::IsTerminal as _;
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use clap::Parser as _;
use deploy::Output;
use deploy::render::Shown;
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::EnvFilter;

use super::{Local, demo, roles, start};
use crate::account::Account;
use crate::explain;
use crate::options::Options;

/// The program. `local task` and similar commands are parts of the tasks that the local AWS starts.
///
/// Exits with 0 after Ctrl-C, and with 1 and one sentence on standard error if the local AWS cannot
/// start.
pub fn main(args: impl IntoIterator<Item = OsString>) -> ExitCode {
    let args: Vec<OsString> = args.into_iter().collect();
    // What the shell has left open is not for the programs of tasks.
    close_fds::set_fds_cloexec(3, &[]);
    if let Some(ended) = roles::run(&args) {
        return ended;
    }
    match args.get(1).and_then(|first| first.to_str()) {
        Some("explain") => in_runtime(explain::run(args.into_iter().skip(1).collect())),
        _ => in_runtime(endpoint(args)),
    }
}

/// Runs a future on all processors.
pub(super) fn in_runtime(future: impl Future<Output = ExitCode>) -> ExitCode {
    match tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime.block_on(future),
        Err(err) => {
            eprintln!("the runtime cannot start: {err}");
            ExitCode::FAILURE
        }
    }
}

/// The local AWS itself.
async fn endpoint(args: Vec<OsString>) -> ExitCode {
    let options = Options::try_parse_from(args).map_err(deploy::cli::shown);
    let options = options.unwrap_or_else(|err| deploy::cli::exit(&err));
    let filter =
        EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("warn,dynoxide=off"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .init();
    match run(options).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(err) => {
            Output::Lines.progress(&format!("Error: {err:#}"));
            ExitCode::FAILURE
        }
    }
}

async fn run(options: Options) -> Result<()> {
    if options.throttle == Some(1) && !options.empty {
        bail!(
            "with --throttle 1 every call fails, and nothing can be deployed: add --empty, or choose a larger number"
        );
    }
    // Registered first, because a signal during the deployment counts as well.
    let stopped = stop_signal().context("cannot wait for the signal to stop")?;
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
    if demo.is_some() {
        warn_of_unused_faults(&local.account);
    }
    stopped.await;
    Output::Lines.result("\nStopping.");
    Ok(())
}

/// A misspelt `--fail` makes nothing fail.
fn warn_of_unused_faults(account: &Account) {
    let names: BTreeSet<String> = account.read(|state| {
        let resources = state
            .stacks
            .iter()
            .flat_map(|one| one.current.resources.keys());
        resources.cloned().collect()
    });
    for unused in account.faults.unused(|name| names.contains(name)) {
        Output::Lines.progress(&format!(
            "--fail {} makes nothing fail: no resource of the three stacks has this name",
            Shown(unused)
        ));
    }
}

/// Completes at the first Ctrl-C or SIGTERM from now on.
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
