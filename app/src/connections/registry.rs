use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tracing::warn;

use super::connection::{Connection, Sight, Wait};
use super::limits::Limits;
use crate::memory_use::MemoryUse;

/// A client that was slow for less than this is not dropped to make room.
const GRACE: Duration = Duration::from_secs(1);
/// Which part of the idle or slow connections goes at once. One alone would be looked for again and again.
const SHARE: usize = 32;
/// How many headers may be incomplete at the same time. A header usually arrives whole. To disconnect a client
/// that comes again at once costs more time than to wait for it.
const MAX_HEADERS: usize = 2048;
/// How often the connections are looked at, unless a limit is shorter than that.
const TICK: Duration = Duration::from_millis(200);

/// The connections that are open.
#[derive(Debug)]
pub(super) struct Connections {
    open: Mutex<Open>,
    limits: Limits,
    most: usize,
    memory_use: Arc<MemoryUse>,
}

#[derive(Debug, Default)]
struct Open {
    by_number: HashMap<u64, Arc<Connection>>,
    last_number: u64,
    /// How many of them were told to close.
    closing: usize,
}

/// A connection, and the moment since which it waits.
type Since = (Instant, Arc<Connection>);

/// A connection that is open until this is dropped.
pub(super) struct Registered {
    connections: Arc<Connections>,
    number: u64,
    pub(super) connection: Arc<Connection>,
}

impl Connections {
    pub(super) fn new(limits: Limits, memory_use: Arc<MemoryUse>) -> Self {
        Self {
            open: Mutex::default(),
            most: limits.connections(),
            limits,
            memory_use,
        }
    }

    /// Adds a connection. `None` if there are too many, and all of them are in use.
    pub(super) fn add(self: &Arc<Self>) -> Option<Registered> {
        let now = Instant::now();
        let mut open = self.lock();
        let count = open.by_number.len();
        let is_full = count - open.closing >= self.most && open.make_room(now, &self.limits) == 0;
        // Those that were told to close are still there for a moment.
        if is_full || count >= self.most.saturating_mul(2) {
            return None;
        }
        let connection = Arc::new(Connection::new(now));
        open.last_number += 1;
        let number = open.last_number;
        open.by_number.insert(number, Arc::clone(&connection));
        Some(Registered {
            connections: Arc::clone(self),
            number,
            connection,
        })
    }

    /// Closes some connections, as no more can be opened.
    pub(super) fn make_room(&self) {
        self.lock().make_room(Instant::now(), &self.limits);
    }

    /// Looks at all connections, again and again.
    pub(super) async fn watch(&self) {
        let limits = &self.limits;
        let shortest = limits
            .header_time
            .min(limits.stall_time)
            .min(limits.idle_time);
        let tick = TICK.min(shortest / 4);
        loop {
            tokio::time::sleep(tick).await;
            self.look(Instant::now());
        }
    }

    fn look(&self, now: Instant) {
        let mut open = self.lock();
        let (headers, held) = open.look(now, &self.limits);
        self.memory_use.set_connections(held);
        if let Some(surplus) = headers.checked_sub(MAX_HEADERS + 1) {
            let headers = open.waiting(Wait::Header, now, &self.limits);
            open.close_first(headers, surplus + 1);
        }
        if self.memory_use.is_nearly_full() {
            let kilobytes = self.memory_use.total() / 1024;
            let mut slow = open.waiting(Wait::Slow, now, &self.limits);
            slow.retain(|(since, _)| now.saturating_duration_since(*since) > GRACE);
            let dropped = open.close_oldest(slow);
            if dropped > 0 {
                warn!(dropped, kilobytes, "the slowest readers were dropped");
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Open {
    /// Closes connections whose header does not end, or else those that have waited the longest for their first
    /// request, or else for another one, or else the slowest. Returns how many.
    fn make_room(&mut self, now: Instant, limits: &Limits) -> usize {
        self.look(now, limits);
        let kinds = [Wait::Header, Wait::Unused, Wait::Idle, Wait::Slow];
        let mut kinds = kinds
            .into_iter()
            .map(|wait| self.waiting(wait, now, limits));
        let found = kinds.find(|kind| !kind.is_empty());
        self.close_oldest(found.unwrap_or_default())
    }

    /// Closes what has taken too long. Returns how many headers are incomplete, and how many bytes are held for
    /// all.
    fn look(&mut self, now: Instant, limits: &Limits) -> (usize, usize) {
        let (mut headers, mut sum, mut overdue) = (0, 0, 0);
        for connection in self.by_number.values() {
            let (sight, held) = connection.look(now, limits);
            sum += held;
            match sight {
                Sight::Overdue => {
                    connection.close();
                    overdue += 1;
                }
                Sight::Waits(Wait::Header, _) => headers += 1,
                Sight::Waits(..) | Sight::Busy | Sight::Closed => {}
            }
        }
        self.closing += overdue;
        (headers, sum)
    }

    /// The connections that wait for this.
    fn waiting(&self, wait: Wait, now: Instant, limits: &Limits) -> Vec<Since> {
        let open = self.by_number.values();
        open.filter_map(|connection| match connection.look(now, limits).0 {
            Sight::Waits(its, since) if its == wait => Some((since, Arc::clone(connection))),
            _ => None,
        })
        .collect()
    }

    /// Closes a share of the connections, those of the earliest moments first. Returns how many.
    fn close_oldest(&mut self, found: Vec<Since>) -> usize {
        let count = found.len().div_ceil(SHARE);
        self.close_first(found, count);
        count
    }

    /// Closes this many connections, those of the earliest moments.
    fn close_first(&mut self, mut found: Vec<Since>, count: usize) {
        // Some may do something else by now.
        let count = count.min(found.len());
        if count == 0 {
            return;
        }
        found.select_nth_unstable_by_key(count - 1, |(since, _)| *since);
        for (_, connection) in &found[..count] {
            connection.close();
        }
        self.closing += count;
    }
}

impl Drop for Registered {
    fn drop(&mut self) {
        let mut open = self.connections.lock();
        open.by_number.remove(&self.number);
        if self.connection.is_closed() {
            open.closing -= 1;
        }
    }
}
