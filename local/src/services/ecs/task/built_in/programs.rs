//! The programs of the images that fail.

use std::net::SocketAddr;
use std::process::ExitCode;

use axum::Router;
use axum::http::StatusCode;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

/// The exit code of [`crash`].
const EXIT_CODE: u8 = 3;

/// The program of `local/crashes`.
pub(crate) fn crash() -> ExitCode {
    println!("starting");
    println!("the configuration cannot be read: this image always crashes");
    ExitCode::from(EXIT_CODE)
}

/// The program of `local/unhealthy`. It ends at SIGTERM, which the first process of a container has to
/// ask for.
pub(crate) async fn run_unhealthy(address: SocketAddr) -> ExitCode {
    let started = async {
        Ok::<_, std::io::Error>((
            TcpListener::bind(address).await?,
            signal(SignalKind::terminate())?,
        ))
    };
    let (listener, mut stopped) = match started.await {
        Ok(started) => started,
        Err(err) => {
            eprintln!("cannot listen on {address}: {err}");
            return ExitCode::FAILURE;
        }
    };
    println!("listening on {address}, and answering everything with 500");
    let router = Router::new().fallback(async || StatusCode::INTERNAL_SERVER_ERROR);
    tokio::select! {
        served = axum::serve(listener, router) => match served {
            Ok(()) => ExitCode::SUCCESS,
            Err(_) => ExitCode::FAILURE,
        },
        _ = stopped.recv() => ExitCode::SUCCESS,
    }
}
