//! Honest users, alone and in a crowd of clients that are idle or slow, on the machine of a small task.

mod clients;
mod honest;
mod mixed;

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use rustix::process::{Resource, getrlimit, setrlimit};
use tokio::time::sleep;

use self::clients::come;
pub(crate) use self::honest::Honest;
use self::honest::honest;
pub(crate) use self::mixed::{Mixed, Sample, mixed};
use crate::confine::Confined;
use crate::measure::Effort;
use crate::servers::{Programs, Server};
use crate::stub::Stub;

/// Idle clients, slow headers, readers that never read, and readers of 10 KB/s.
const CROWD: [u32; 4] = [10_000, 1_000, 500, 200];
/// How long to wait for memory to be given back.
const REST: Duration = Duration::from_secs(30);

/// What was measured.
pub(crate) struct Crowd {
    pub(crate) confined: &'static str,
    pub(crate) alone: Honest,
    /// While the crowd comes.
    pub(crate) arrival: Honest,
    pub(crate) among_all: Honest,
    /// Resident memory in MB.
    pub(crate) before: f64,
    pub(crate) peak: f64,
    /// With what the kernel holds for the process, if there is a group.
    pub(crate) group_peak: Option<f64>,
    pub(crate) after: f64,
    /// How many of each kind were connected at the end.
    pub(crate) connected: [u32; 4],
}

/// Measures the same users alone, while the crowd comes, and in it.
pub(crate) async fn crowd(
    items: u32,
    effort: Effort,
    stub: &Stub,
    programs: Programs<'_>,
) -> anyhow::Result<Crowd> {
    raise_file_limit();
    let mut confined = Confined::new();
    let server = Server::start_in(&mut confined, items, stub, programs, &[]).await?;
    let time = effort.slice * effort.rounds * 5;
    let address = server.address;
    honest(address, time / 2).await;
    let before = server.usage()?.resident;
    let alone = honest(address, time).await;
    let connected = Arc::<[AtomicU32; 4]>::default();
    let crowd = come(address, CROWD, &connected);
    let arrival = honest(address, time).await;
    let among_all = honest(address, time).await;
    let connected = std::array::from_fn(|kind| connected[kind].load(Ordering::Relaxed));
    let peak = server.usage()?.peak;
    let group_peak = confined.peak();
    drop(crowd);
    let after = rest(&server, before).await?;
    let how = confined.how;
    server.end().await?;
    Ok(Crowd {
        confined: how,
        alone,
        arrival,
        among_all,
        before,
        peak,
        group_peak,
        after,
        connected,
    })
}

/// Each connection is a file.
fn raise_file_limit() {
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    let _ = setrlimit(Resource::Nofile, limit);
}

/// The memory when it is as it was, or after a while.
async fn rest(server: &Server, before: f64) -> anyhow::Result<f64> {
    let end = Instant::now() + REST;
    loop {
        let resident = server.usage()?.resident;
        if resident <= before + 1.0 || Instant::now() > end {
            return Ok(resident);
        }
        sleep(Duration::from_millis(200)).await;
    }
}
