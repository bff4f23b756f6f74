//! The measurements. The servers of a case run at the same time and are asked in turns, so that a busy
//! minute of the machine is a busy minute for each of them.

use std::time::{Duration, Instant};

use anyhow::Context;

use crate::load::{Client, Page, load};
use crate::peer::Peer;
use crate::servers::{Programs, Role, Server};
use crate::stub::Stub;

/// How long and how often to measure.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Effort {
    pub(crate) rounds: u32,
    pub(crate) slice: Duration,
    pub(crate) starts: u32,
}

/// A number of items and a number of clients.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Case {
    pub(crate) items: u32,
    pub(crate) clients: u32,
}

/// The results of all requests of a case to one server.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub(crate) cpu: Duration,
    elapsed: Duration,
    durations: Vec<Duration>,
    /// The most resident memory since the start of the server, in MB.
    pub(crate) peak: f64,
}

/// The result of a server, or what is wrong with it.
pub(crate) type Outcome = anyhow::Result<Tally>;

/// A server with its clients. It is left out after a wrong answer.
struct Contender {
    server: Server,
    clients: Vec<Client>,
    page: Page,
}

impl Case {
    /// The names of the case: both numbers, or one of them for several cases.
    pub(crate) fn names(self) -> [String; 3] {
        let Self { items, clients } = self;
        [
            format!("{items}x{clients}"),
            items.to_string(),
            format!("x{clients}"),
        ]
    }
}

impl Tally {
    fn count(&self) -> u32 {
        u32::try_from(self.durations.len()).unwrap_or(u32::MAX)
    }

    /// CPU time of the server for one request, in milliseconds.
    pub(crate) fn cpu_each(&self) -> f64 {
        milliseconds(self.cpu) / f64::from(self.count())
    }

    pub(crate) fn per_second(&self) -> f64 {
        f64::from(self.count()) / self.elapsed.as_secs_f64()
    }

    /// The duration in milliseconds that this percentage of the requests did not exceed.
    pub(crate) fn percentile(&self, percent: usize) -> f64 {
        let rank = (self.durations.len() * percent).div_ceil(100);
        let duration = self.durations.get(rank.saturating_sub(1));
        duration.map_or(f64::NAN, |&duration| milliseconds(duration))
    }
}

pub(crate) fn milliseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}

/// Asks the three servers in turns, and the older program and the peer if there are any.
pub(crate) async fn compare(
    case: Case,
    effort: Effort,
    stub: &Stub,
    programs: Programs<'_>,
    peer: Option<&Peer>,
) -> anyhow::Result<Vec<(Role, Outcome)>> {
    let mut contenders = Vec::new();
    let before = programs.before.map(|_| Role::Before);
    let roles = [Role::Floor, Role::Showtable, Role::Typed];
    for role in roles.into_iter().chain(before) {
        let server = Server::start(role, case.items, stub, programs)
            .await
            .with_context(|| format!("{role:?}"))?;
        contenders.push((
            role,
            contender(server, case.clients, Page::all(case.items)?).await?,
        ));
    }
    if let Some(peer) = peer {
        let contender = contender(peer.start(stub).await?, case.clients, Peer::page()).await?;
        contenders.push((Role::DynamodbAdmin, contender));
    }
    let (roles, contenders): (Vec<_>, Vec<_>) = contenders.into_iter().unzip();
    let outcomes = in_turns(contenders, effort).await;
    Ok(roles.into_iter().zip(outcomes).collect())
}

/// A server and its clients, each with a connection of its own.
async fn contender(server: Server, clients: u32, page: Page) -> anyhow::Result<Contender> {
    let mut connected = Vec::new();
    for _ in 0..clients {
        connected.push(Client::connect(server.address).await?);
    }
    Ok(Contender {
        server,
        clients: connected,
        page,
    })
}

/// Measures in turns. The first turn of each server only warms up.
async fn in_turns(mut contenders: Vec<Contender>, effort: Effort) -> Vec<Outcome> {
    let mut outcomes: Vec<Outcome> = Vec::new();
    for contender in &mut contenders {
        let warm = contender
            .turn(&mut Tally::default(), effort.slice / 4)
            .await;
        outcomes.push(warm.map(|()| Tally::default()));
    }
    for _ in 0..effort.rounds {
        for (contender, outcome) in contenders.iter_mut().zip(&mut outcomes) {
            if let Ok(tally) = outcome
                && let Err(err) = contender.turn(tally, effort.slice).await
            {
                *outcome = Err(err);
            }
        }
    }
    for tally in outcomes.iter_mut().flatten() {
        tally.durations.sort_unstable();
    }
    outcomes
}

impl Contender {
    async fn turn(&mut self, tally: &mut Tally, slice: Duration) -> anyhow::Result<()> {
        let (before, start) = (self.server.usage()?, Instant::now());
        let durations = load(&mut self.clients, &self.page, slice).await?;
        tally.elapsed += start.elapsed();
        let after = self.server.usage()?;
        tally.cpu += after.cpu.saturating_sub(before.cpu);
        tally.peak = after.peak;
        tally.durations.extend(durations);
        Ok(())
    }
}
