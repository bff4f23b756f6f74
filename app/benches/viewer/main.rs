//! How fast the viewer is, compared with the least that a server can do and with the usual way to
//! write one: `cargo bench --bench viewer`, with `-- --help` for its options.
//!
//! This process is the backend and the load, and each server is another process. Only ratios within
//! one run mean anything: the times depend on the machine and the hour.

mod confine;
mod crowd;
mod figures;
mod floor;
mod load;
mod login;
mod measure;
mod pages;
mod peer;
mod process;
mod report;
mod servers;
mod start;
mod stream;
mod stub;
mod typed;

use std::io;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::anyhow;
use clap::{Parser, ValueEnum};
use mimalloc::MiMalloc;
use tokio::signal::unix::{SignalKind, signal};

use crate::measure::{Case, Effort, compare};
use crate::peer::Peer;
use crate::report::Results;
use crate::servers::{Programs, Role};
use crate::start::start;
use crate::stream::stream;
use crate::stub::Stub;

/// That of the app. All servers have the same one.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

const SIZES: [u32; 3] = [3, 100, 5000];
const CLIENTS: [u32; 3] = [1, 16, 128];
/// 20 pages.
const STREAMED: u32 = 100_000;
/// An export of 4 MB.
const EXPORTED: u32 = 20_000;

const THOROUGH: Effort = Effort {
    rounds: 5,
    slice: Duration::from_secs(1),
    starts: 21,
};
const QUICK: Effort = Effort {
    rounds: 1,
    slice: Duration::from_millis(400),
    starts: 3,
};

/// Measures the viewer, a pass-through server and a server of the usual kind in turns.
#[derive(Parser)]
#[command(name = "viewer")]
struct Options {
    /// Measures for a short time only
    #[arg(long)]
    quick: bool,

    /// Measures only these cases, separated by commas: 5000x128 (items and clients), 5000 or x128 for
    /// all with that number, stream, start, crowd, login, mixed
    #[arg(long, value_name = "CASES", value_delimiter = ',')]
    only: Vec<String>,

    /// How many minutes mixed takes, which runs only if it is asked for
    #[arg(long, value_name = "MINUTES", default_value = "10")]
    minutes: u32,

    /// Measures an outside program too, with 100 items and 16 clients
    #[arg(long)]
    peer: Option<PeerName>,

    /// Measures this binary instead of the one that is built with the bench
    #[arg(long, value_name = "PATH")]
    binary: Option<PathBuf>,

    /// Measures this older showtable too, in the same turns
    #[arg(long, value_name = "PATH")]
    before: Option<PathBuf>,

    /// Set by `cargo bench`; without it, as under `cargo test`, nothing is measured
    #[arg(long, hide = true)]
    bench: bool,

    /// Runs one of the servers
    #[arg(long, hide = true)]
    role: Option<Role>,
}

#[derive(Clone, Copy, ValueEnum)]
enum PeerName {
    DynamodbAdmin,
}

fn main() -> ExitCode {
    let runtime = match showtable::runtime() {
        Ok(runtime) => runtime,
        Err(err) => {
            eprintln!("error: {err}");
            return ExitCode::FAILURE;
        }
    };
    runtime.block_on(run())
}

async fn run() -> ExitCode {
    let options = Options::parse();
    if let Some(role) = options.role {
        return servers::act(role).await;
    }
    if !options.bench {
        println!("nothing is measured: run it by `cargo bench --bench viewer`");
        return ExitCode::SUCCESS;
    }
    let outcome = tokio::select! {
        outcome = measure(&options) => outcome,
        ended = end_signal() => Err(ended.err().map_or_else(|| anyhow!("stopped"), Into::into)),
    };
    match outcome {
        Ok(results) => conclude(&results),
        Err(err) => {
            eprintln!("error: {err:#}");
            ExitCode::FAILURE
        }
    }
}

/// Measures the wanted cases, and prints each result as soon as it is there.
async fn measure(options: &Options) -> anyhow::Result<Results> {
    let effort = if options.quick { QUICK } else { THOROUGH };
    let programs = Programs {
        measured: options.binary.as_deref(),
        before: options.before.as_deref(),
    };
    let is_wanted =
        |name: &str| options.only.is_empty() || options.only.iter().any(|it| it == name);
    let peer = match options.peer {
        Some(PeerName::DynamodbAdmin) => Some(Peer::install().await?),
        None => None,
    };
    let stub = Stub::start(&[SIZES.as_slice(), &[STREAMED, EXPORTED]].concat()).await?;
    let mut results = Results::default();
    println!("{}", report::HEADING);
    for case in cases().filter(|case| case.names().iter().any(|name| is_wanted(name))) {
        let peer = peer.as_ref().filter(|_| case == Peer::CASE);
        let outcomes = compare(case, effort, &stub, programs, peer).await?;
        println!("{}", report::case(case, &outcomes));
        results.cases.push((case, outcomes));
    }
    if is_wanted("stream") {
        println!("{}", report::STREAM_HEADING);
        results.streams = stream(STREAMED, effort, &stub, programs).await?;
        for stream in &results.streams {
            print!("{}", report::stream(stream));
        }
        println!();
    }
    if is_wanted("start") {
        let start = start(effort, &stub, programs).await?;
        println!("{}", report::start(&start));
        results.start = Some(start);
    }
    if is_wanted("crowd") {
        let crowd = crowd::crowd(EXPORTED, effort, &stub, programs).await?;
        println!("{}", report::crowd(&crowd));
        results.crowd = Some(crowd);
    }
    if options.only.iter().any(|it| it == "mixed") {
        let time = Duration::from_mins(options.minutes.into());
        let mixed = crowd::mixed(EXPORTED, time, &stub, programs).await?;
        println!("{}", report::mixed(&mixed));
        results.mixed = Some(mixed);
    }
    if is_wanted("login") {
        let login = login::login(effort, &stub, programs).await?;
        println!("{}", report::login(&login));
        results.login = Some(login);
    }
    Ok(results)
}

/// A bench that is asked to end stops its servers first.
async fn end_signal() -> io::Result<()> {
    signal(SignalKind::terminate())?.recv().await;
    Ok(())
}

fn cases() -> impl Iterator<Item = Case> {
    SIZES
        .into_iter()
        .flat_map(|items| CLIENTS.map(|clients| Case { items, clients }))
}

/// A missed figure is not a failure, since the machine may be the reason. A wrong answer is one.
fn conclude(results: &Results) -> ExitCode {
    for figure in figures::figures(results) {
        print!("{}", report::figure(&figure));
    }
    if results.has_wrong() {
        eprintln!("error: a server gave a wrong answer, see WRONG above");
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}
