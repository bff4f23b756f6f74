//! Users who read a page, look at it, and read it again.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use hyper::Method;
use tokio::task::JoinSet;
use tokio::time::sleep;

use crate::load::{Client, Page};
use crate::measure::milliseconds;
use crate::stub::FIRST_ITEMS;

const HONEST: u32 = 50;
/// How long a user looks at a page.
const LOOKING: Duration = Duration::from_secs(1);

/// What the honest users saw.
#[derive(Default)]
pub(crate) struct Honest {
    durations: Vec<Duration>,
    pub(crate) refused: u32,
}

impl Honest {
    pub(super) fn add(&mut self, other: Self) {
        self.durations.extend(other.durations);
        self.durations.sort_unstable();
        self.refused += other.refused;
    }

    pub(crate) fn pages(&self) -> usize {
        self.durations.len()
    }

    /// The duration in milliseconds that this percentage of the pages did not exceed.
    pub(crate) fn percentile(&self, percent: usize) -> f64 {
        let rank = (self.durations.len() * percent).div_ceil(100);
        let duration = self.durations.get(rank.saturating_sub(1));
        duration.map_or(f64::NAN, |&duration| milliseconds(duration))
    }
}

/// Lets them read for a while.
pub(super) async fn honest(address: SocketAddr, time: Duration) -> Honest {
    let end = Instant::now() + time;
    let mut users = JoinSet::new();
    for number in 0..HONEST {
        let first = LOOKING * number / HONEST;
        users.spawn(async move {
            sleep(first).await;
            user(address, end).await
        });
    }
    let mut all = Honest::default();
    while let Some(user) = users.join_next().await {
        let user = user.unwrap_or_default();
        all.durations.extend(user.durations);
        all.refused += user.refused;
    }
    all.durations.sort_unstable();
    all
}

async fn user(address: SocketAddr, end: Instant) -> Honest {
    let page = Page {
        method: Method::GET,
        path: "/query?limit=25",
        items: FIRST_ITEMS as usize,
    };
    let mut seen = Honest::default();
    let mut client = None;
    while Instant::now() < end {
        let start = Instant::now();
        let again = match &mut client {
            Some(client) => Client::read(client, &page).await.is_err(),
            None => true,
        };
        // As browsers do: a connection that was idle may have been closed.
        if again && !ask_again(address, &page, &mut client).await {
            seen.refused += 1;
        } else {
            seen.durations.push(start.elapsed());
        }
        sleep(LOOKING).await;
    }
    seen
}

/// Asks on a new connection; `false` if the page does not come.
async fn ask_again(address: SocketAddr, page: &Page, client: &mut Option<Client>) -> bool {
    *client = None;
    let Ok(mut connected) = Client::connect(address).await else {
        return false;
    };
    let is_read = connected.read(page).await.is_ok();
    *client = Some(connected);
    is_read
}
