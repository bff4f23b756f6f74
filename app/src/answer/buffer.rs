use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::body::{Body, Bytes};
use futures_util::StreamExt;
use tokio::sync::Notify;

use super::chunks::Chunks;
use crate::error::WebError;
use crate::memory_use::MemoryUse;

/// How many bytes the writer may be ahead of a single reader.
const MAX_AHEAD_SINGLE: usize = 128 * 1024;
/// How many bytes the writer may be ahead of the slowest of several readers. A page of `DynamoDB`
/// fits, so that a slow reader does not hold up the others.
const MAX_AHEAD_SHARED: usize = 8 * 1024 * 1024;
/// While all buffers together hold more than this, [`MAX_AHEAD_SINGLE`] is the limit of every writer.
/// This limits the memory for slow readers, however many scans run.
const MAX_IN_ALL: usize = 16 * 1024 * 1024;

/// The part of an answer that is written and not yet read by all readers. The writer waits while it is
/// too large.
pub(super) struct SharedBuffer {
    state: Mutex<State>,
    written: Notify,
    read: Notify,
    memory_use: Arc<MemoryUse>,
}

#[derive(Default)]
struct State {
    chunks: Chunks,
    readers: usize,
    end: Option<End>,
}

/// How an answer ends.
#[derive(Clone)]
pub(super) enum End {
    Complete,
    /// Each reader gets the rest from a buffer of its own.
    Rest(Rest),
    Failed(WebError),
}

/// Starts to write the rest of an answer for one reader.
pub(super) type Rest = Arc<dyn Fn() -> Reader + Send + Sync>;

/// All readers have gone away.
#[derive(Debug)]
pub(super) struct Abandoned;

/// A reader of a buffer.
pub(crate) struct Reader {
    buffer: Arc<SharedBuffer>,
    at: usize,
    /// Whether the failure was passed on: nothing follows.
    has_failed: bool,
}

impl SharedBuffer {
    pub(super) fn new(memory_use: &Arc<MemoryUse>) -> Arc<Self> {
        Arc::new(Self {
            state: Mutex::default(),
            written: Notify::new(),
            read: Notify::new(),
            memory_use: Arc::clone(memory_use),
        })
    }

    /// One more reader. This must be called before anything is written.
    pub(super) fn reader(self: &Arc<Self>) -> Reader {
        self.lock().readers += 1;
        Reader {
            buffer: Arc::clone(self),
            at: 0,
            has_failed: false,
        }
    }

    pub(super) fn readers(&self) -> usize {
        self.lock().readers
    }

    pub(super) fn push(&self, bytes: Bytes) -> Result<(), Abandoned> {
        let mut state = self.lock();
        let readers = state.readers;
        if readers == 0 {
            return Err(Abandoned);
        }
        self.memory_use.add(bytes.len());
        state.chunks.push(bytes, readers);
        drop(state);
        self.written.notify_waiters();
        Ok(())
    }

    pub(super) fn is_full(&self) -> bool {
        let state = self.lock();
        let most = if state.readers > 1 && self.memory_use.size() <= MAX_IN_ALL {
            MAX_AHEAD_SHARED
        } else {
            MAX_AHEAD_SINGLE
        };
        state.readers > 0 && state.chunks.size() > most
    }

    /// Waits until the readers have caught up, or the readers of other buffers have made room.
    pub(super) async fn room(&self) {
        loop {
            let (read, freed) = (self.read.notified(), self.memory_use.freed());
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

    /// Ends the answer. Only the first end counts.
    pub(super) fn end(&self, end: End) {
        self.lock().end.get_or_insert(end);
        self.written.notify_waiters();
    }

    /// One reader does not need the chunks from `from` to `to` any more.
    fn pass(&self, state: &mut State, from: usize, to: usize) {
        self.memory_use.free(state.chunks.pass(from, to));
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Reader {
    /// Waits until something is written. What fails before that can have a page of its own.
    pub(crate) async fn begin(&self) -> Result<(), WebError> {
        loop {
            let written = self.buffer.written.notified();
            {
                let state = self.buffer.lock();
                if state.chunks.written() > self.at {
                    return Ok(());
                }
                match &state.end {
                    Some(End::Failed(err)) => return Err(err.clone()),
                    Some(_) => return Ok(()),
                    None => {}
                }
            }
            written.await;
        }
    }

    /// The answer as a body. If it is complete already and in one piece, its length is known.
    pub(crate) fn into_body(mut self) -> Body {
        if let Some(bytes) = self.whole() {
            return Body::from(bytes);
        }
        let pieces = futures_util::stream::unfold(self, async |mut reader| {
            let next = reader.next().await?;
            Some((next, reader))
        });
        // The compression polls again after the end if it had to wait for it.
        Body::from_stream(pieces.fuse())
    }

    fn whole(&mut self) -> Option<Bytes> {
        let buffer = Arc::clone(&self.buffer);
        let mut state = buffer.lock();
        let is_complete = matches!(state.end, Some(End::Complete));
        let is_one = state.chunks.written() == self.at + 1;
        (is_complete && is_one)
            .then(|| self.take(&mut state))
            .flatten()
    }

    async fn next(&mut self) -> Option<Result<Bytes, WebError>> {
        loop {
            let buffer = Arc::clone(&self.buffer);
            let written = buffer.written.notified();
            let end = {
                let mut state = buffer.lock();
                if let Some(bytes) = self.take(&mut state) {
                    drop(state);
                    buffer.read.notify_waiters();
                    return Some(Ok(bytes));
                }
                state.end.clone()
            };
            match end {
                None => written.await,
                Some(End::Failed(err)) if !self.has_failed => {
                    self.has_failed = true;
                    return Some(Err(err));
                }
                Some(End::Complete | End::Failed(_)) => return None,
                Some(End::Rest(rest)) => *self = rest(),
            }
        }
    }

    fn take(&mut self, state: &mut State) -> Option<Bytes> {
        let bytes = state.chunks.get(self.at)?;
        self.buffer.pass(state, self.at, self.at + 1);
        self.at += 1;
        Some(bytes)
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        let mut state = self.buffer.lock();
        let written = state.chunks.written();
        state.readers -= 1;
        self.buffer.pass(&mut state, self.at, written);
        drop(state);
        self.buffer.read.notify_waiters();
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
        let memory_use = Arc::new(MemoryUse::new(usize::MAX));
        let mut buffers = Vec::new();
        for _ in 0..64 {
            let buffer = SharedBuffer::new(&memory_use);
            let readers = [buffer.reader(), buffer.reader()];
            while !buffer.is_full() {
                buffer.push(piece(MAX_AHEAD_SINGLE)).unwrap();
            }
            buffers.push((buffer, readers));
        }
        let size = memory_use.size();
        assert!(size <= MAX_IN_ALL + 64 * 2 * MAX_AHEAD_SINGLE, "{size}");

        // The last writer continues when the other buffers are gone, although nobody reads its own buffer.
        let (last, readers) = buffers.pop().unwrap();
        let room = tokio::spawn({
            let last = Arc::clone(&last);
            async move { last.room().await }
        });
        tokio::task::yield_now().await;
        assert!(!room.is_finished());
        drop(buffers);
        room.await.unwrap();
        drop(readers);
        assert_eq!(memory_use.size(), 0);
        last.push(piece(1)).unwrap_err();
    }
}
