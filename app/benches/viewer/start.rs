//! How soon the server answers, and what it needs before it has anything to do.

use crate::{
    measure::{Effort, milliseconds},
    servers::{Programs, Role, Server},
    stream::median,
    stub::Stub,
};

/// The middle one of all starts.
#[derive(Debug)]
pub(crate) struct Start {
    /// From the start of the process to its first answer to `/ping`, in milliseconds.
    pub(crate) ping: f64,
    /// Resident after that, in MB.
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
