//! From the command line to the last answer.

use std::{ffi::OsString, io, process::ExitCode, sync::Arc, time::Duration};

use anyhow::Context;
use axum::serve::ListenerExt;
use clap::Parser;
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
    sync::oneshot,
    task::spawn_blocking,
};
use tracing::{info, warn};
use tracing_subscriber::{EnvFilter, fmt};

use crate::{App, Config, app, router};

/// Longer than the slowest page, shorter than the 30 s after which ECS kills a task.
const DRAIN_TIMEOUT: Duration = Duration::from_secs(25);

/// The whole program: configuration, log, signals, service. The first argument is its name.
pub async fn main(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let config = match Config::try_parse_from(arguments) {
        Ok(config) => config,
        Err(error) => {
            // There is no one left to tell if the terminal is gone.
            let _ = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(1));
        }
    };
    log_as_json();
    match end_signal() {
        Ok(shutdown) => report(run(config, shutdown).await),
        Err(error) => report(Err(error).context("signals can't be received")),
    }
}

/// Serves until `shutdown` is ready and the last answer is sent.
pub async fn run(
    config: Config,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> anyhow::Result<()> {
    if !config.static_dir.is_dir() {
        let directory = config.static_dir.display();
        warn!(%directory, "pages have no style: STATIC_DIR is not a directory");
    }
    let app = Arc::new(App::new(&config, &app::aws_settings().await?)?);
    let address = config.listen_addr;
    let listener = TcpListener::bind(address)
        .await
        .with_context(|| format!("can't listen on {address}, choose another LISTEN_ADDR"))?;
    info!(address = %listener.local_addr()?, "listening");
    // The load balancer has its answer while AWS is asked for the accounts.
    let checked = Arc::clone(&app);
    let (failed, failure) = oneshot::channel();
    let check = tokio::spawn(async move {
        let made = Arc::clone(&checked);
        // What goes wrong there does so again where it can be told.
        let _ = spawn_blocking(move || made.make_clients()).await;
        if let Err(error) = checked.check().await {
            // The receiver is gone only when the service has ended already.
            let _ = failed.send(error);
        }
    });
    let outcome = tokio::select! {
        served = serve(listener, app, shutdown) => served.map_err(Into::into),
        Ok(error) = failure => Err(error),
    };
    check.abort();
    outcome?;
    info!("ended");
    Ok(())
}

/// Answers on `listener` until `shutdown` is ready, then finishes what has begun.
///
/// An idle connection stays open for as long as its client wants. The load balancer keeps one for
/// 60 s, and would answer 502 for a request that it sends just when this side closes.
pub async fn serve(
    listener: TcpListener,
    app: Arc<App>,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let (draining, drain) = oneshot::channel();
    let shutdown = async move {
        shutdown.await;
        info!("draining");
        // The receiver is gone only when serving has ended already.
        let _ = draining.send(());
    };
    let listener = listener.tap_io(|connection| {
        // Without it the end of a page may wait until the client acknowledges what came before.
        let _ = connection.set_nodelay(true);
    });
    let service = axum::serve(listener, router(app)).with_graceful_shutdown(shutdown);
    tokio::select! {
        ended = async { service.await } => ended,
        () = drain_timeout(drain) => {
            warn!(seconds = DRAIN_TIMEOUT.as_secs(), "open requests were cut off");
            Ok(())
        }
    }
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

/// A program that calls this one may have a log already: then that one is used.
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
        Err(error) => {
            eprintln!("error: {}", on_one_line(&format!("{error:#}")));
            ExitCode::FAILURE
        }
    }
}

/// It quotes AWS and the environment: a terminal is to show their control characters, not to obey.
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
        let error = "the table a\u{1b}[2J\n✅ is not there\u{9b}";
        let line = "the table a\\u{1b}[2J\\n✅ is not there\\u{9b}";
        assert_eq!(on_one_line(error), line);
    }
}
