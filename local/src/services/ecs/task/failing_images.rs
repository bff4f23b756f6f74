//! Two built-in images that fail, to see how a deployment reports it.

use std::process::ExitCode;

use axum::Router;
use axum::http::StatusCode;
use tokio::net::TcpListener;

/// An image whose container prints why and exits.
pub(crate) const CRASHES: &str = "local/crashes";

/// An image whose container runs, but answers every request with 500.
pub(crate) const UNHEALTHY: &str = "local/unhealthy";

/// The exit code of [`crash`].
const EXIT_CODE: u8 = 3;

/// The container of [`CRASHES`].
pub(crate) fn crash() -> ExitCode {
    println!("starting");
    println!("the configuration cannot be read: this image always crashes");
    ExitCode::from(EXIT_CODE)
}

/// The container of [`UNHEALTHY`], on the address in `LISTEN_ADDR`.
pub(crate) async fn run_unhealthy() -> ExitCode {
    // Without an address the next step fails and says so.
    let address = std::env::var("LISTEN_ADDR").unwrap_or_default();
    let listener = match TcpListener::bind(&address).await {
        Ok(listener) => listener,
        Err(err) => {
            eprintln!("cannot listen on {address}: {err}");
            return ExitCode::FAILURE;
        }
    };
    println!("listening on {address}, and answering everything with 500");
    let router = Router::new().fallback(async || StatusCode::INTERNAL_SERVER_ERROR);
    match axum::serve(listener, router).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}
