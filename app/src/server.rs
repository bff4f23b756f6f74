//! The program from its command line to the last response.

use std::ffi::OsString;
use std::io;
use std::process::ExitCode;
use std::sync::Arc;
use std::thread::available_parallelism;
use std::time::Duration;

use anyhow::Context;
use clap::Parser;
use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::oneshot;
use tokio::task::spawn_blocking;
use tracing::{info, warn};
use tracing_subscriber::{EnvFilter, fmt};

use crate::aws::load_settings;
use crate::connections::{self, raise_file_limit};
use crate::{App, Config, router};

/// How long open requests may take after the end signal: longer than the slowest page, shorter than
/// the 30 s after which ECS kills a task.
const DRAIN_TIMEOUT: Duration = Duration::from_secs(25);

/// What the program runs on. With a single core, or less, one thread does all: several would wait for each other,
/// and each would keep memory that another one has freed.
pub fn runtime() -> io::Result<Runtime> {
    let is_small = available_parallelism().is_ok_and(|cores| cores.get() == 1);
    let mut builder = if is_small {
        Builder::new_current_thread()
    } else {
        Builder::new_multi_thread()
    };
    builder.enable_all().build()
}

/// The whole program: configuration, log, signals, service. The first argument is its name.
pub async fn main(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let config = match Config::try_parse_from(arguments) {
        Ok(config) => config,
        Err(err) => {
            // If the terminal is gone, nobody can be told.
            let _ = err.print();
            return ExitCode::from(u8::try_from(err.exit_code()).unwrap_or(1));
        }
    };
    log_as_json();
    match end_signal() {
        Ok(shutdown) => report(run(config, shutdown).await),
        Err(err) => report(Err(err).context("cannot listen for signals")),
    }
}

/// Runs the server until `shutdown` is ready and the open requests have ended.
pub async fn run(
    config: Config,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> anyhow::Result<()> {
    if !config.static_dir.is_dir() {
        let directory = config.static_dir.display();
        warn!(%directory, "STATIC_DIR is not a directory: pages have no style sheet");
    }
    raise_file_limit();
    let app = Arc::new(App::new(&config, &load_settings().await?)?);
    let address = config.listen_addr;
    // From here on, there are no passwords in memory.
    drop(config);
    let listener = connections::listen(address)
        .with_context(|| format!("cannot listen on {address}, choose another LISTEN_ADDR"))?;
    info!(address = %listener.local_addr()?, "listening");
    // The health check is answered while the accounts are read from AWS.
    let (failed, failure) = oneshot::channel();
    let check = tokio::spawn(check(Arc::clone(&app), failed));
    let outcome = tokio::select! {
        served = serve(listener, app, shutdown) => served.map_err(Into::into),
        Ok(err) = failure => Err(err),
    };
    check.abort();
    outcome?;
    info!("ended");
    Ok(())
}

/// Makes the clients of AWS, waits until somebody can log in, and keeps the parameters fresh.
async fn check(app: Arc<App>, failed: oneshot::Sender<anyhow::Error>) {
    let made = Arc::clone(&app);
    // A panic in there comes again at the first call, whose request can show it.
    let _ = spawn_blocking(move || made.make_clients()).await;
    if let Err(err) = app.wait_for_accounts().await {
        // The receiver is gone only if the service has ended already.
        let _ = failed.send(err);
        return;
    }
    app.keep_fresh().await;
}

/// Answers on `listener` until `shutdown` is ready, then finishes the open requests.
///
/// A client that is idle or slow for too long is disconnected, but never before the load balancer would do it.
/// That one keeps an idle connection for 60 s, and would answer 502 to a request that it sends just when this
/// side closes.
pub async fn serve(
    listener: TcpListener,
    app: Arc<App>,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let (draining, drain) = oneshot::channel();
    let shutdown = async move {
        shutdown.await;
        info!("draining");
        // The receiver is gone only if serving has ended already.
        let _ = draining.send(());
    };
    let (limits, memory_use) = (app.limits, Arc::clone(&app.memory_use));
    tokio::select! {
        () = connections::serve(listener, router(app), limits, memory_use, shutdown) => {}
        () = drain_timeout(drain) => {
            warn!(seconds = DRAIN_TIMEOUT.as_secs(), "open requests were cut off");
        }
    }
    Ok(())
}

async fn drain_timeout(drain: oneshot::Receiver<()>) {
    match drain.await {
        Ok(()) => tokio::time::sleep(DRAIN_TIMEOUT).await,
        Err(_) => std::future::pending().await,
    }
}

/// Ready when the process is asked to end, by ECS (SIGTERM) or by a person (Ctrl-C).
fn end_signal() -> io::Result<impl Future<Output = ()> + Send> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

/// Writes the log as JSON. A program that calls this one may have a log already, which is then used.
fn log_as_json() {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    let format = fmt()
        .json()
        .flatten_event(true)
        .with_span_list(false)
        .with_target(false);
    let _ = format.with_env_filter(filter).try_init();
}

fn report(outcome: anyhow::Result<()>) -> ExitCode {
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(err) => {
            eprintln!("error: {}", on_one_line(&format!("{err:#}")));
            ExitCode::FAILURE
        }
    }
}

/// The message quotes AWS and the environment. A terminal must show their control characters, and not
/// obey them.
fn on_one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_control() {
            line.extend(c.escape_default());
        } else {
            line.push(c);
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use super::on_one_line;

    #[test]
    fn an_error_does_nothing_to_the_terminal() {
        let message = "the table a\u{1b}[2J\n✅ is not there\u{9b}";
        let line = "the table a\\u{1b}[2J\\n✅ is not there\\u{9b}";
        assert_eq!(on_one_line(message), line);
    }
}
