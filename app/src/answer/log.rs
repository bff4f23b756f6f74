//! What is written and not yet read by all. The writer waits while too much is.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
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

#[derive(Default)]
pub(crate) struct Log {
    state: Mutex<State>,
    written: Notify,
    read: Notify,
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
        state.chunks.push_back(Chunk { bytes, readers });
        drop(state);
        self.written.notify_waiters();
        Ok(())
    }

    pub(crate) fn is_full(&self) -> bool {
        let state = self.lock();
        let most = if state.readers > 1 { SHARED } else { ALONE };
        state.readers > 0 && state.size > most
    }

    /// Waits until the readers have caught up.
    pub(crate) async fn room(&self) {
        loop {
            let read = self.read.notified();
            if !self.is_full() {
                return;
            }
            read.await;
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
    /// One reader less has the chunks from `from` to `to` before it.
    fn pass(&mut self, from: usize, to: usize) {
        for chunk in self.chunks.range_mut(from - self.gone..to - self.gone) {
            chunk.readers -= 1;
        }
        while self.chunks.front().is_some_and(|chunk| chunk.readers == 0) {
            if let Some(chunk) = self.chunks.pop_front() {
                self.size -= chunk.bytes.len();
                self.gone += 1;
            }
        }
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
        state.pass(self.at, self.at + 1);
        self.at += 1;
        Some(bytes)
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        let mut state = self.log.lock();
        let written = state.written();
        state.readers -= 1;
        state.pass(self.at, written);
        drop(state);
        self.log.read.notify_waiters();
    }
}
