use std::sync::Arc;
use std::time::Instant;

use axum::body::Bytes;
use tokio::sync::SemaphorePermit;
use tracing::{Instrument, error};

use super::buffer::{Abandoned, End, Rest, SharedBuffer};
use super::source::Source;
use crate::aws::Failure;
use crate::error::WebError;
use crate::format::{Document, Format};
use crate::key::{Key, to_json};
use crate::parse::Totals;
use crate::query::Selection;
use crate::table::{Next, Reading};

/// About how many bytes of an answer are sent at once. Each piece wakes up its readers.
const PIECE: usize = 128 * 1024;

/// Why there is no more to write.
enum Stop {
    Abandoned,
    Failed(WebError),
    Rest(Rest),
}

/// Where the answer is written to.
struct Output<'a, F> {
    buffer: &'a SharedBuffer,
    text: Vec<u8>,
    /// How many bytes were written before, or [`PIECE`] for a long answer.
    length: usize,
    release: F,
}

/// Writes a whole answer to the buffer. Calls `release` when the scan has ended, or waits for its
/// readers.
pub(super) async fn produce(
    source: &Arc<Source>,
    format: &'static Format,
    selection: &Arc<Selection>,
    buffer: &SharedBuffer,
    release: impl FnMut(),
) {
    let is_long = selection.limit.is_none() || selection.filter.is_some();
    let mut output = Output {
        buffer,
        text: Vec::new(),
        // A long answer waits for its turn from the start.
        length: if is_long { PIECE } else { 0 },
        release,
    };
    let scanning = source.memory_use.scan(is_long);
    let outcome = async {
        let until = Instant::now() + source.filter_time;
        let start = selection.start.as_ref().map(|start| start.key.clone());
        let begin = begin(source, is_long).await;
        let reading = Reading::start(&source.table, selection, start).await?;
        drop(begin);
        let document = Document::new(format, selection, &reading, &source.assets, until);
        output.write(source, reading, document).await
    };
    let outcome = outcome.await;
    drop(scanning);
    output.end(outcome);
}

/// Waits until a long scan may begin. A short one may at once.
async fn begin(source: &Source, is_long: bool) -> Option<SemaphorePermit<'_>> {
    if is_long {
        source.begins.acquire().await.ok()
    } else {
        None
    }
}

/// Makes the function that writes what follows the first page of a scan of the whole table. Each reader
/// then continues at its own pace.
fn rest(source: &Arc<Source>, document: Document, key: Key) -> Rest {
    let source = Arc::clone(source);
    Arc::new(move || {
        let buffer = SharedBuffer::new(&source.memory_use);
        let reader = buffer.reader();
        let write = write_rest(Arc::clone(&source), document.clone(), key.clone(), buffer);
        tokio::spawn(write.in_current_span());
        reader
    })
}

async fn write_rest(
    source: Arc<Source>,
    mut document: Document,
    key: Key,
    buffer: Arc<SharedBuffer>,
) {
    let mut output = Output {
        buffer: &buffer,
        text: Vec::new(),
        length: PIECE,
        release: || {},
    };
    // Many readers may come to the end of the first page at once.
    let scanning = source.memory_use.scan_later().await;
    let begin = begin(&source, true).await;
    if buffer.readers() == 0 {
        return;
    }
    let reading = Reading::start(&source.table, &document.selection(), Some(key.clone())).await;
    drop(begin);
    let outcome = match reading {
        Ok(reading) => output.write(&source, reading, document).await,
        Err(failure) => {
            let totals = Totals::up_to(Some(to_json(&key)));
            output.broken(&mut document, &totals, failure.into())
        }
    };
    drop(scanning);
    output.end(outcome);
}

impl<F: FnMut()> Output<'_, F> {
    async fn write(
        &mut self,
        source: &Arc<Source>,
        mut reading: Reading,
        mut document: Document,
    ) -> Result<(), Stop> {
        loop {
            let totals = match self.page(source, &mut reading, &mut document).await {
                Err(Stop::Failed(err)) => {
                    return self.broken(&mut document, &reading.so_far(), err);
                }
                outcome => outcome?,
            };
            let Some(key) = document.page_end(&totals, &mut self.text)? else {
                return document.end(&mut self.text).map_err(unfinished);
            };
            self.flush().await?;
            // After the first page of the whole table, each reader continues on its own.
            if document.is_endless() && self.buffer.readers() > 1 {
                return Err(Stop::Rest(rest(source, document, key)));
            }
            if let Err(failure) = reading.turn(key).await {
                return self.broken(&mut document, &reading.so_far(), failure.into());
            }
        }
    }

    /// Writes the items of one page of `DynamoDB`.
    async fn page(
        &mut self,
        source: &Source,
        reading: &mut Reading,
        document: &mut Document,
    ) -> Result<Totals, Stop> {
        loop {
            // The first piece of a short answer is not kept waiting by long answers.
            let turn = if self.length < PIECE {
                None
            } else {
                source.turns.acquire().await.ok()
            };
            let next = document.items(reading, PIECE, &mut self.text)?;
            document.begin(&mut self.text)?;
            drop(turn);
            match next {
                None => self.flush().await?,
                Some(Next::End(totals)) => return Ok(totals),
                Some(Next::More) if reading.arrived() => {}
                Some(Next::More) => {
                    self.flush().await?;
                    if let Some(totals) = reading.wait().await? {
                        return Ok(totals);
                    }
                }
            }
        }
    }

    async fn flush(&mut self) -> Result<(), Stop> {
        if !self.text.is_empty() {
            let text = std::mem::take(&mut self.text);
            self.length += text.len();
            self.buffer.push(Bytes::from(text))?;
            if self.buffer.is_full() {
                (self.release)();
                self.buffer.room().await;
            }
            self.text.reserve(PIECE + PIECE / 4);
        }
        // The next page costs money: it must be for somebody.
        if self.buffer.readers() == 0 {
            return Err(Stop::Abandoned);
        }
        Ok(())
    }

    /// Ends an answer that cannot be completed. If it has begun, its format may have a place to say
    /// what went wrong.
    fn broken(
        &mut self,
        document: &mut Document,
        totals: &Totals,
        err: WebError,
    ) -> Result<(), Stop> {
        if document.has_begun() {
            error!(detail = err.detail(), "{err}");
            let said = document.broken(&err, totals, &mut self.text);
            if said.map_err(unfinished)? {
                return Ok(());
            }
        }
        Err(Stop::Failed(err))
    }

    fn end(mut self, outcome: Result<(), Stop>) {
        if !self.text.is_empty() {
            // If all readers are gone, nobody needs it.
            let _ = self
                .buffer
                .push(Bytes::from(std::mem::take(&mut self.text)));
        }
        self.buffer.end(match outcome {
            Err(Stop::Failed(err)) => End::Failed(err),
            Err(Stop::Rest(rest)) => End::Rest(rest),
            Ok(()) | Err(Stop::Abandoned) => End::Complete,
        });
        (self.release)();
    }
}

/// Logs that the end of an answer cannot be written: no page can show it.
fn unfinished(err: WebError) -> Stop {
    error!(detail = err.detail(), "{err}");
    Stop::Failed(err)
}

impl From<WebError> for Stop {
    fn from(err: WebError) -> Self {
        Self::Failed(err)
    }
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure.into())
    }
}

impl From<Abandoned> for Stop {
    fn from(_: Abandoned) -> Self {
        Self::Abandoned
    }
}
