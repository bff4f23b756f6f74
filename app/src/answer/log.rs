//! What is written and not yet read by all. The writer waits while too much is.

use std::{
    collections::VecDeque,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

use axum::body::{Body, Bytes};
use futures_util::StreamExt;
use tokio::sync::Notify;

use super::produce::Rest;
use crate::Failure;

/// So far may the writer be ahead of a single reader.
const ALONE: usize = 128 * 1024;
/// So far may it be ahead of the slowest of several: a page of `DynamoDB` fits, so that a slow
/// reader does not hold up the others.
const SHARED: usize = 8 * 1024 * 1024;
/// While all logs hold more than this together, no writer may be further ahead than of a single
/// reader: what slow readers leave unread is bounded, however many scans they share.
const TOGETHER: usize = 16 * 1024 * 1024;

pub(crate) struct Log {
    state: Mutex<State>,
    written: Notify,
    read: Notify,
    held: Arc<Held>,
}

/// What all logs hold together.
#[derive(Default)]
pub(crate) struct Held {
    size: AtomicUsize,
    freed: Notify,
}

#[derive(Default)]
struct State {
    chunks: VecDeque<Chunk>,
    /// How many chunks all readers have read.
    gone: usize,
    size: usize,
    readers: usize,
    end: Option<End>,
}

struct Chunk {
    bytes: Bytes,
    /// How many readers have it before them.
    readers: usize,
}

/// How an answer ends.
#[derive(Clone)]
pub(crate) enum End {
    Complete,
    /// Each reader goes on alone.
    Rest(Arc<Rest>),
    Failed(Failure),
}

/// Nobody reads any more.
#[derive(Debug)]
pub(crate) struct Abandoned;

pub(crate) struct Reader {
    log: Arc<Log>,
    at: usize,
    /// The failure was told: nothing follows.
    failed: bool,
}

impl Log {
    pub(crate) fn new(held: &Arc<Held>) -> Arc<Self> {
        Arc::new(Self {
            state: Mutex::default(),
            written: Notify::new(),
            read: Notify::new(),
            held: Arc::clone(held),
        })
    }

    /// One more reader, before anything is written.
    pub(crate) fn reader(self: &Arc<Self>) -> Reader {
        self.lock().readers += 1;
        Reader {
            log: Arc::clone(self),
            at: 0,
            failed: false,
        }
    }

    pub(crate) fn readers(&self) -> usize {
        self.lock().readers
    }

    pub(crate) fn push(&self, bytes: Bytes) -> Result<(), Abandoned> {
        let mut state = self.lock();
        if state.readers == 0 {
            return Err(Abandoned);
        }
        let readers = state.readers;
        state.size += bytes.len();
        self.held.size.fetch_add(bytes.len(), Ordering::Relaxed);
        state.chunks.push_back(Chunk { bytes, readers });
        drop(state);
        self.written.notify_waiters();
        Ok(())
    }

    pub(crate) fn is_full(&self) -> bool {
        let state = self.lock();
        let is_tight = self.held.size.load(Ordering::Relaxed) > TOGETHER;
        let most = if state.readers > 1 && !is_tight {
            SHARED
        } else {
            ALONE
        };
        state.readers > 0 && state.size > most
    }

    /// Waits until the readers have caught up, or those of other logs have made room.
    pub(crate) async fn room(&self) {
        loop {
            let (read, freed) = (self.read.notified(), self.held.freed.notified());
            if !self.is_full() {
                return;
            }
            if self.readers() > 1 {
                tokio::select! {
                    () = read => {}
                    () = freed => {}
                }
            } else {
                read.await;
            }
        }
    }

    /// One reader less has the chunks from `from` to `to` before it.
    fn pass(&self, state: &mut State, from: usize, to: usize) {
        let freed = state.pass(from, to);
        if freed > 0 {
            self.held.size.fetch_sub(freed, Ordering::Relaxed);
            self.held.freed.notify_waiters();
        }
    }

    /// The first end is the one that counts.
    pub(crate) fn end(&self, end: End) {
        self.lock().end.get_or_insert(end);
        self.written.notify_waiters();
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// How many bytes nobody has before it any more, when one reader less has these chunks.
    fn pass(&mut self, from: usize, to: usize) -> usize {
        let before = self.size;
        for chunk in self.chunks.range_mut(from - self.gone..to - self.gone) {
            chunk.readers -= 1;
        }
        while self.chunks.front().is_some_and(|chunk| chunk.readers == 0) {
            if let Some(chunk) = self.chunks.pop_front() {
                self.size -= chunk.bytes.len();
                self.gone += 1;
            }
        }
        before - self.size
    }

    fn written(&self) -> usize {
        self.gone + self.chunks.len()
    }
}

impl Reader {
    /// Waits until something is written, so that what fails before has its own page.
    pub(crate) async fn begin(&self) -> Result<(), Failure> {
        loop {
            let written = self.log.written.notified();
            {
                let state = self.log.lock();
                if state.written() > self.at {
                    return Ok(());
                }
                match &state.end {
                    Some(End::Failed(failure)) => return Err(failure.clone()),
                    Some(_) => return Ok(()),
                    None => {}
                }
            }
            written.await;
        }
    }

    /// The answer as a body. One that is complete already and in one piece has a length.
    pub(crate) fn into_body(mut self) -> Body {
        if let Some(bytes) = self.whole() {
            return Body::from(bytes);
        }
        let pieces = futures_util::stream::unfold(self, async |mut reader| {
            let next = reader.next().await?;
            Some((next, reader))
        });
        // The compression asks again after the end when it had to wait for it.
        Body::from_stream(pieces.fuse())
    }

    fn whole(&mut self) -> Option<Bytes> {
        let log = Arc::clone(&self.log);
        let mut state = log.lock();
        let is_whole = matches!(state.end, Some(End::Complete)) && state.written() == self.at + 1;
        is_whole.then(|| self.take(&mut state)).flatten()
    }

    async fn next(&mut self) -> Option<Result<Bytes, Failure>> {
        loop {
            let log = Arc::clone(&self.log);
            let written = log.written.notified();
            let end = {
                let mut state = log.lock();
                if let Some(bytes) = self.take(&mut state) {
                    drop(state);
                    log.read.notify_waiters();
                    return Some(Ok(bytes));
                }
                state.end.clone()
            };
            match end {
                None => written.await,
                Some(End::Failed(failure)) if !self.failed => {
                    self.failed = true;
                    return Some(Err(failure));
                }
                Some(End::Complete | End::Failed(_)) => return None,
                Some(End::Rest(rest)) => *self = rest.read_alone(),
            }
        }
    }

    fn take(&mut self, state: &mut State) -> Option<Bytes> {
        let bytes = state.chunks.get(self.at - state.gone)?.bytes.clone();
        self.log.pass(state, self.at, self.at + 1);
        self.at += 1;
        Some(bytes)
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        let mut state = self.log.lock();
        let written = state.written();
        state.readers -= 1;
        self.log.pass(&mut state, self.at, written);
        drop(state);
        self.log.read.notify_waiters();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn piece(length: usize) -> Bytes {
        Bytes::from(vec![b'x'; length])
    }

    #[tokio::test]
    async fn slow_readers_of_many_logs_hold_a_bounded_size_together() {
        let held = Arc::<Held>::default();
        let mut logs = Vec::new();
        for _ in 0..64 {
            let log = Log::new(&held);
            let readers = [log.reader(), log.reader()];
            while !log.is_full() {
                log.push(piece(ALONE)).unwrap();
            }
            logs.push((log, readers));
        }
        let size = held.size.load(Ordering::Relaxed);
        assert!(size <= TOGETHER + 64 * 2 * ALONE, "{size}");

        // The writer of the last goes on as soon as the others are gone, though nobody reads it.
        let (last, readers) = logs.pop().unwrap();
        let room = tokio::spawn({
            let last = Arc::clone(&last);
            async move { last.room().await }
        });
        tokio::task::yield_now().await;
        assert!(!room.is_finished());
        drop(logs);
        room.await.unwrap();
        drop(readers);
        assert_eq!(held.size.load(Ordering::Relaxed), 0);
        last.push(piece(1)).unwrap_err();
    }
}
