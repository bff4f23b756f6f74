//! How soon a server answers, and how much memory it needs before its first request.

use crate::measure::{Effort, milliseconds};
use crate::servers::{Programs, Role, Server};
use crate::stream::median;
use crate::stub::Stub;

/// The median of all starts.
#[derive(Debug)]
pub(crate) struct Start {
    /// The time from the start of the process to its first response to `/ping`, in milliseconds.
    pub(crate) ping: f64,
    /// Resident memory after that, in MB.
    pub(crate) idle: f64,
}

pub(crate) async fn start(
    effort: Effort,
    stub: &Stub,
    programs: Programs<'_>,
) -> anyhow::Result<Start> {
    let (mut pings, mut idles) = (Vec::new(), Vec::new());
    for _ in 0..effort.starts {
        let server = Server::start(Role::Showtable, 3, stub, programs).await?;
        pings.push(milliseconds(server.started_in));
        idles.push(server.usage()?.resident);
    }
    Ok(Start {
        ping: median(pings),
        idle: median(idles),
    })
}
