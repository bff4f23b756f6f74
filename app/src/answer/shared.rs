use std::collections::HashMap;
use std::fmt::{self, Debug, Formatter};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tracing::Instrument;

use super::buffer::{End, Reader, SharedBuffer};
use super::produce::produce;
use super::source::Source;
use crate::error::WebError;
use crate::format::Format;
use crate::login::Role;
use crate::query::Selection;

/// The scans that run, by what is wanted from them.
///
/// Requests that want the same share one scan. A request that comes while a scan runs shares the next
/// one, so that no reader sees data from before its own request.
pub(crate) struct Answers {
    source: Arc<Source>,
    scans: Mutex<HashMap<Wanted, Waiting>>,
}

/// The address of a page, and the role of its readers: a page offers only what they may do.
type Wanted = (String, Role);

/// The requests that wait for the end of a scan, and will share the next one.
type Waiting = Option<Arc<SharedBuffer>>;

/// A scan that runs. When it is dropped, the next one may start, and no reader is left waiting.
struct Running {
    answers: Arc<Answers>,
    format: &'static Format,
    selection: Arc<Selection>,
    wanted: Option<Wanted>,
    buffer: Arc<SharedBuffer>,
}

impl Debug for Answers {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answers").finish_non_exhaustive()
    }
}

impl Answers {
    pub(crate) fn new(source: Source) -> Self {
        Self {
            source: Arc::new(source),
            scans: Mutex::default(),
        }
    }

    /// The answer to a request that comes now. It has begun when this returns.
    pub(crate) async fn read(
        self: &Arc<Self>,
        format: &'static Format,
        selection: Selection,
    ) -> Result<Reader, WebError> {
        // A page of a few items is still answered when there is no room for the whole table.
        let is_whole_table = selection.limit.is_none();
        if self.source.memory_use.is_full(is_whole_table) {
            return Err(WebError::Busy);
        }
        let wanted = (selection.link_to_self(), selection.role);
        let (reader, unwritten) = self.join(&wanted);
        let Some(buffer) = unwritten else {
            reader.begin().await?;
            return Ok(reader);
        };
        let running = Running {
            answers: Arc::clone(self),
            format,
            selection: Arc::new(selection),
            wanted: Some(wanted),
            buffer,
        };
        let mut scan = Box::pin(running.scan());
        // A short answer is complete before another task would have begun it.
        let begun = tokio::select! {
            biased;
            () = &mut scan => reader.begin().await,
            begun = reader.begin() => {
                tokio::spawn(scan.in_current_span());
                begun
            }
        };
        begun.map(|()| reader)
    }

    /// A reader of the next scan, and the buffer of that scan if it is to be started now.
    fn join(&self, wanted: &Wanted) -> (Reader, Option<Arc<SharedBuffer>>) {
        let mut scans = self.lock();
        if let Some(waiting) = scans.get_mut(wanted) {
            let buffer = waiting.get_or_insert_with(|| SharedBuffer::new(&self.source.memory_use));
            return (buffer.reader(), None);
        }
        scans.insert(wanted.clone(), None);
        let buffer = SharedBuffer::new(&self.source.memory_use);
        (buffer.reader(), Some(buffer))
    }

    /// How many readers wait for the next scan.
    #[cfg(test)]
    pub(super) fn waiting(&self) -> usize {
        let scans = self.lock();
        let buffers = scans.values().flatten();
        buffers.map(|buffer| buffer.readers()).sum()
    }

    #[cfg(test)]
    pub(super) fn is_idle(&self) -> bool {
        self.lock().is_empty()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Wanted, Waiting>> {
        self.scans.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Running {
    fn scan(mut self) -> impl Future<Output = ()> + Send {
        let source = Arc::clone(&self.answers.source);
        let (format, selection) = (self.format, Arc::clone(&self.selection));
        let buffer = Arc::clone(&self.buffer);
        async move { produce(&source, format, &selection, &buffer, || self.release()).await }
    }

    /// Lets the requests that wait start the next scan.
    fn release(&mut self) {
        let Some(wanted) = self.wanted.take() else {
            return;
        };
        let mut scans = self.answers.lock();
        let waiting = scans.get_mut(&wanted).and_then(Option::take);
        match waiting.filter(|buffer| buffer.readers() > 0) {
            Some(buffer) => {
                drop(scans);
                let next = Self {
                    answers: Arc::clone(&self.answers),
                    format: self.format,
                    selection: Arc::clone(&self.selection),
                    wanted: Some(wanted),
                    buffer,
                };
                tokio::spawn(next.scan().in_current_span());
            }
            None => {
                scans.remove(&wanted);
            }
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.release();
        self.buffer.end(End::Failed(WebError::interrupted()));
    }
}
