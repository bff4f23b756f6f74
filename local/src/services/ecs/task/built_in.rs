//! The images that are built into the local AWS: the app, and two that fail, to see how a deployment
//! reports it.

use std::net::SocketAddr;
use std::process::ExitCode;

use axum::Router;
use axum::http::StatusCode;
use tokio::net::TcpListener;

/// The app of this checkout.
pub(crate) const SHOWTABLE: &str = "local/showtable";

/// An image whose container prints why and exits.
pub(crate) const CRASHES: &str = "local/crashes";

/// An image whose container runs, but answers every request with 500.
pub(crate) const UNHEALTHY: &str = "local/unhealthy";

/// The role of the local AWS's own program that runs the image; `None` if it is not built in.
pub(super) fn role(image: &str) -> Option<&'static str> {
    // Two tags are two images for a deployment, which can then return from the one to the other.
    let name = image.split_once(':').map_or(image, |(name, _)| name);
    match name {
        SHOWTABLE => Some("task"),
        CRASHES => Some("task-crashes"),
        UNHEALTHY => Some("task-unhealthy"),
        _ => None,
    }
}

/// The exit code of [`crash`].
const EXIT_CODE: u8 = 3;

/// The container of [`CRASHES`].
pub(crate) fn crash() -> ExitCode {
    println!("starting");
    println!("the configuration cannot be read: this image always crashes");
    ExitCode::from(EXIT_CODE)
}

/// The container of [`UNHEALTHY`].
pub(crate) async fn run_unhealthy(address: SocketAddr) -> ExitCode {
    let listener = match TcpListener::bind(address).await {
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
