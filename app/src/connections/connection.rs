use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::Notify;

use super::limits::Limits;

/// A reader that takes fewer bytes than this has made no progress. One byte now and then keeps no answer alive.
const PROGRESS: usize = 4096;

/// About what a connection takes, and HTTP for one that is answered.
const CONNECTION: usize = 2 * 1024;
const HTTP: usize = 24 * 1024;

/// What a client does, and since when.
#[derive(Debug)]
pub(super) struct Connection {
    state: Mutex<State>,
    close: Notify,
}

#[derive(Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a fact of its own, and most combinations occur"
)]
struct State {
    phase: Phase,
    since: Instant,
    /// Since when the client has taken nothing of its answer, and how little it has taken after that.
    stalled: Option<Instant>,
    taken: usize,
    /// How many bytes of the answer were handed over to be sent, and how many were sent.
    handed: usize,
    sent: usize,
    /// About how many bytes the compression of the answer takes.
    compression: usize,
    /// How many bytes of an incomplete header have arrived.
    header: usize,
    /// Whether the body of the request has arrived, and the whole answer was sent.
    is_arrived: bool,
    is_flushed: bool,
    /// Whether a request was answered before.
    is_used: bool,
    is_closed: bool,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Phase {
    /// Waits for the next request.
    Idle,
    /// The header of a request has begun.
    Header,
    /// A request is answered.
    Request,
}

/// A connection as the watch sees it.
pub(super) enum Sight {
    /// It has taken too long.
    Overdue,
    /// It may be closed to make room. It does what it does since then.
    Waits(Wait, Instant),
    Busy,
    Closed,
}

/// What a connection waits for, in the order in which they make room for others.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Wait {
    /// For the rest of the header of a request.
    Header,
    /// For its first request.
    Unused,
    /// For another request.
    Idle,
    /// For its client to take more of an answer.
    Slow,
}

impl Connection {
    pub(super) fn new(now: Instant) -> Self {
        Self {
            state: Mutex::new(State {
                phase: Phase::Idle,
                since: now,
                stalled: None,
                taken: 0,
                handed: 0,
                sent: 0,
                compression: 0,
                header: 0,
                is_arrived: false,
                is_flushed: false,
                is_used: false,
                is_closed: false,
            }),
            close: Notify::new(),
        }
    }

    /// Bytes of a request have arrived.
    pub(super) fn received(&self, bytes: usize) {
        let mut state = self.lock();
        if state.phase == Phase::Idle {
            state.enter(Phase::Header);
        }
        if state.phase == Phase::Header {
            state.header += bytes;
        }
    }

    /// The header of a request is complete.
    pub(super) fn asked(&self) {
        let mut state = self.lock();
        state.enter(Phase::Request);
        (state.handed, state.sent) = (0, 0);
        (state.is_arrived, state.is_flushed) = (false, false);
        state.is_used = true;
    }

    /// The body of the request is complete.
    pub(super) fn arrived(&self) {
        self.lock().is_arrived = true;
    }

    /// The answer is compressed, which takes memory until it ends.
    pub(super) fn compresses(&self, bytes: usize) {
        self.lock().compression = bytes;
    }

    /// A part of the answer was handed over to be sent.
    pub(super) fn handed(&self, bytes: usize) {
        let mut state = self.lock();
        state.handed += bytes;
        state.is_flushed = false;
    }

    /// The whole answer was handed over.
    pub(super) fn answered(&self) {
        let mut state = self.lock();
        state.enter(Phase::Idle);
        state.compression = 0;
        // HTTP may add an end to it.
        state.is_flushed = false;
    }

    /// All that was to be sent was sent.
    pub(super) fn flushed(&self) {
        self.lock().is_flushed = true;
    }

    /// Whether nothing is left to be done for the last request.
    pub(super) fn is_at_rest(&self) -> bool {
        let state = self.lock();
        state.phase == Phase::Idle && state.is_used && state.is_arrived && state.is_flushed
    }

    /// The client takes nothing at the moment.
    pub(super) fn stalled(&self) {
        let mut state = self.lock();
        if state.stalled.is_none() {
            state.stalled = Some(Instant::now());
            state.taken = 0;
        }
    }

    pub(super) fn sent(&self, bytes: usize) {
        let mut state = self.lock();
        state.sent += bytes;
        state.taken += bytes;
        if state.taken >= PROGRESS || state.waiting() == 0 {
            state.stalled = None;
        }
    }

    /// What the client does, and how many bytes are held for it.
    pub(super) fn look(&self, now: Instant, limits: &Limits) -> (Sight, usize) {
        let state = self.lock();
        (state.look(now, limits), state.held())
    }

    /// Asks the task of the connection to end it.
    pub(super) fn close(&self) {
        self.lock().is_closed = true;
        self.close.notify_one();
    }

    pub(super) fn is_closed(&self) -> bool {
        self.lock().is_closed
    }

    /// Whether it is closed although its client has not taken all of an answer.
    pub(super) fn is_dropped(&self) -> bool {
        let state = self.lock();
        state.is_closed && state.stalled.is_some()
    }

    /// Ready when the connection is to be closed.
    pub(super) async fn closed(&self) {
        self.close.notified().await;
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn enter(&mut self, phase: Phase) {
        self.phase = phase;
        self.since = Instant::now();
        self.header = 0;
    }

    /// How many bytes wait to be sent. The header of the answer is sent with it, so this is a little too small.
    fn waiting(&self) -> usize {
        self.handed.saturating_sub(self.sent)
    }

    fn held(&self) -> usize {
        let http = match self.phase {
            Phase::Request => HTTP,
            Phase::Idle | Phase::Header => 0,
        };
        CONNECTION + http + self.waiting() + self.compression + self.header
    }

    fn look(&self, now: Instant, limits: &Limits) -> Sight {
        let is_over =
            |since: Instant, limit: Duration| now.saturating_duration_since(since) > limit;
        if self.is_closed {
            return Sight::Closed;
        }
        match (self.stalled, self.phase) {
            (Some(since), _) if is_over(since, limits.stall_time) => Sight::Overdue,
            (None, Phase::Header) if is_over(self.since, limits.header_time) => Sight::Overdue,
            (None, Phase::Idle) if is_over(self.since, limits.idle_time) => Sight::Overdue,
            (Some(since), _) => Sight::Waits(Wait::Slow, since),
            (None, Phase::Header) => Sight::Waits(Wait::Header, self.since),
            (None, Phase::Idle) if self.is_used => Sight::Waits(Wait::Idle, self.since),
            (None, Phase::Idle) => Sight::Waits(Wait::Unused, self.since),
            (None, Phase::Request) => Sight::Busy,
        }
    }
}
