//! From the bytes of `DynamoDB` to the bytes of the answer.

use std::sync::Arc;

use axum::body::Bytes;
use tracing::Instrument;

use super::log::{Abandoned, End, Log, Reader};
use crate::{
    App, Failure,
    cursor::Key,
    format::Document,
    parse::Totals,
    scan::{Next, Reading},
    selection::Selection,
};

/// The answer leaves in pieces of about this size: each is a wake-up for its readers.
const PIECE: usize = 128 * 1024;

/// What follows the first page of a walk through the whole table, for each reader on its own.
pub(crate) struct Rest {
    app: Arc<App>,
    selection: Arc<Selection>,
    document: Document,
    key: Key,
}

/// Why there is no more to write.
enum Stop {
    Abandoned,
    Failed(Failure),
    Rest(Arc<Rest>),
}

/// Where the answer goes.
struct Output<'a, F> {
    log: &'a Log,
    text: Vec<u8>,
    release: F,
}

/// Writes the whole answer to the log, and calls `release` when the scan does not run any more, or
/// waits for its readers.
pub(crate) async fn produce(
    app: &Arc<App>,
    selection: &Arc<Selection>,
    log: &Log,
    release: impl FnMut(),
) {
    let mut output = Output {
        log,
        text: Vec::new(),
        release,
    };
    let outcome = async {
        let start = selection.start.as_ref().map(|start| start.key.clone());
        let reading = Reading::start(app, selection, start).await?;
        let document = Document::new(selection, &reading);
        output.write(app, reading, document).await
    };
    let outcome = outcome.await;
    output.end(outcome);
}

impl Rest {
    /// A reader of the rest, which is written for it alone.
    pub(crate) fn read_alone(self: &Arc<Self>) -> Reader {
        let log = Log::new(self.app.shared.held());
        let reader = log.reader();
        let rest = Arc::clone(self);
        let write = async move {
            let mut output = Output {
                log: &log,
                text: Vec::new(),
                release: || {},
            };
            let mut document = rest.document.clone();
            let key = Some(rest.key.clone());
            let outcome = match Reading::start(&rest.app, &rest.selection, key).await {
                Ok(reading) => output.write(&rest.app, reading, document).await,
                Err(failure) => {
                    output.broken(&mut document, &Totals::up_to(Some(&rest.key)), failure)
                }
            };
            output.end(outcome);
        };
        tokio::spawn(write.in_current_span());
        reader
    }
}

impl<F: FnMut()> Output<'_, F> {
    async fn write(
        &mut self,
        app: &Arc<App>,
        mut reading: Reading,
        mut document: Document,
    ) -> Result<(), Stop> {
        loop {
            let outcome = self.page(&mut reading, &mut document).await;
            let totals = match outcome {
                Err(Stop::Failed(failure)) => {
                    return self.broken(&mut document, &reading.so_far(), failure);
                }
                outcome => outcome?,
            };
            let Some(key) = document.page_end(&totals, &mut self.text) else {
                document.end(&mut self.text);
                return Ok(());
            };
            self.flush().await?;
            // A walk through the whole table goes at the pace of its reader.
            if document.is_endless() && self.log.readers() > 1 {
                return Err(Stop::Rest(Arc::new(Rest {
                    app: Arc::clone(app),
                    selection: document.selection(),
                    document,
                    key,
                })));
            }
            if let Err(failure) = reading.turn(key).await {
                return self.broken(&mut document, &reading.so_far(), failure);
            }
        }
    }

    /// Writes the items of one page.
    async fn page(
        &mut self,
        reading: &mut Reading,
        document: &mut Document,
    ) -> Result<Totals, Stop> {
        loop {
            let text = &mut self.text;
            let next = reading.drain(|item| {
                document.item(item, text);
                text.len() < PIECE
            })?;
            if reading.has_begun() {
                document.begin(&mut self.text);
            }
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
            let text = std::mem::replace(&mut self.text, Vec::with_capacity(PIECE + PIECE / 4));
            self.log.push(Bytes::from(text))?;
            if self.log.is_full() {
                (self.release)();
                self.log.room().await;
            }
        }
        // What follows is paid for: it must be for somebody.
        if self.log.readers() == 0 {
            return Err(Stop::Abandoned);
        }
        Ok(())
    }

    /// A page that was begun says what went wrong in its own words, if it can.
    fn broken(
        &mut self,
        document: &mut Document,
        totals: &Totals,
        failure: Failure,
    ) -> Result<(), Stop> {
        if document.has_begun() {
            tracing::error!(detail = failure.detail(), "{failure}");
            if document.broken(&failure, totals, &mut self.text) {
                return Ok(());
            }
        }
        Err(Stop::Failed(failure))
    }

    fn end(mut self, outcome: Result<(), Stop>) {
        if !self.text.is_empty() {
            // Nobody is left to miss it.
            let _ = self.log.push(Bytes::from(std::mem::take(&mut self.text)));
        }
        self.log.end(match outcome {
            Err(Stop::Failed(failure)) => End::Failed(failure),
            Err(Stop::Rest(rest)) => End::Rest(rest),
            Ok(()) | Err(Stop::Abandoned) => End::Complete,
        });
        (self.release)();
    }
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

impl From<Abandoned> for Stop {
    fn from(_: Abandoned) -> Self {
        Self::Abandoned
    }
}
