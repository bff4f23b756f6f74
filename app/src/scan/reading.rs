//! The items of one page after the other. What breaks off is asked for again from the last item
//! that was complete, so that none is missing and none comes twice.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use axum::body::{Body, Bytes};
use futures_util::FutureExt;
use http_body_util::BodyExt;

use super::request::{Request, call, replaced, scan};
use crate::{
    App,
    cursor::{self, Key, KeyNames},
    failure::Failure,
    parse::{Item, PageParser, Scanner, Step, Totals, attributes},
    selection::Selection,
};

/// A page that breaks off again and again without one more item is given up.
const ATTEMPTS: usize = 3;
/// So long may the next bytes of an answer take.
const PATIENCE: Duration = Duration::from_secs(10);
/// While a filter finds too little, each request reads so many times more than the one before: what
/// is read in vain at the end is never much more than what had to be read.
const GROWTH: u16 = 4;

/// A table that is being read.
pub(crate) struct Reading {
    app: Arc<App>,
    selection: Arc<Selection>,
    pub(crate) table: Arc<String>,
    /// What the key of the table is made of, if that is known.
    pub(crate) key_names: Option<KeyNames>,
    /// About how many items the table has, for a filter.
    pub(crate) item_count: Option<u64>,
    /// When a page with a filter has read on for long enough.
    pub(crate) until: Instant,
    body: Body,
    parser: PageParser,
    /// Where the request that runs has started, and how many items it may read.
    start: Option<Key>,
    limit: Option<u16>,
    /// The items that came since then, and the text of the last one.
    count: u64,
    last: String,
    /// So many of them were delivered before.
    skip: u64,
    failures: usize,
    /// The answers to earlier requests for this page that broke off, and the items in them.
    lost: u64,
    kept: u64,
}

/// What follows the items that were there.
#[derive(Debug)]
pub(crate) enum Next {
    /// Bytes are awaited.
    More,
    /// The page is complete.
    End(Totals),
}

impl Reading {
    /// Asks for the items after `start`.
    pub(crate) async fn start(
        app: &Arc<App>,
        selection: &Arc<Selection>,
        start: Option<Key>,
    ) -> Result<Self, Failure> {
        let limit = selection.limit;
        let (known, asked) = (app.table.current().await?, Instant::now());
        let sent = scan(app, &first(selection, &known, start.as_ref())).await;
        let (table, body) = match sent {
            Ok(body) => (Arc::clone(&known), body),
            Err(failure) => {
                let table = replaced(app, &known, asked, failure).await?;
                let body = scan(app, &first(selection, &table, start.as_ref())).await?;
                (table, body)
            }
        };
        let key_names = match app.facts.key_names(app, &table).await {
            Some(names) => Some(names),
            None => start.as_ref().map(|key| key.keys().cloned().collect()),
        };
        let item_count = match selection.filter {
            Some(_) => app.facts.item_count(app, &table).await,
            None => None,
        };
        Ok(Self {
            app: Arc::clone(app),
            selection: Arc::clone(selection),
            table,
            key_names,
            item_count,
            until: asked + app.filter_time,
            body,
            parser: PageParser::default(),
            start,
            limit,
            count: 0,
            last: String::new(),
            skip: 0,
            failures: 0,
            lost: 0,
            kept: 0,
        })
    }

    /// Whether it is certain that this is an answer with items.
    pub(crate) fn has_begun(&self) -> bool {
        self.parser.begun
    }

    /// Calls `take` with each item that is there, until it says that it has enough for now.
    pub(crate) fn drain(
        &mut self,
        mut take: impl FnMut(&Item<'_>) -> bool,
    ) -> Result<Option<Next>, Failure> {
        let next = loop {
            let item = match self.parser.step() {
                Ok(Step::Item(item)) => item,
                Ok(Step::More) => break Ok(Some(Next::More)),
                Ok(Step::End) => {
                    let totals = std::mem::take(&mut self.parser.totals);
                    break Ok(Some(Next::End(self.with_lost(totals))));
                }
                Err(_) => break Err(Failure::unreadable(call(&self.table))),
            };
            self.count += 1;
            if self.count <= self.skip {
                if self.count == self.skip && item.text != self.last {
                    return Err(Failure::changed(&self.table));
                }
                continue;
            }
            self.failures = 0;
            if !take(&item) {
                break Ok(None);
            }
        };
        // Also before a failure: the next page begins after it.
        let last = self.parser.last();
        if self.count > self.skip && !last.is_empty() {
            last.clone_into(&mut self.last);
        }
        next
    }

    /// Takes what has arrived; `false` if nothing has.
    pub(crate) fn arrived(&mut self) -> bool {
        match self.body.frame().now_or_never() {
            Some(Some(Ok(frame))) => {
                if let Ok(bytes) = frame.into_data() {
                    self.parser.push(&bytes);
                }
                true
            }
            _ => false,
        }
    }

    /// Waits for the next bytes. Where they break off, the rest is asked for again; `Some` if there
    /// is no rest.
    pub(crate) async fn wait(&mut self) -> Result<Option<Totals>, Failure> {
        match tokio::time::timeout(PATIENCE, self.body.frame()).await {
            Ok(Some(Ok(frame))) => {
                self.parser
                    .push(&frame.into_data().unwrap_or_else(|_| Bytes::new()));
                Ok(None)
            }
            Ok(None) if self.parser.retry() => Ok(None),
            broken => {
                let error = match broken {
                    Ok(Some(Err(error))) => error.to_string(),
                    Ok(_) => "it ended in the middle".to_owned(),
                    Err(_) => "no bytes came any more".to_owned(),
                };
                self.resume(&error).await
            }
        }
    }

    async fn resume(&mut self, error: &str) -> Result<Option<Totals>, Failure> {
        self.failures += 1;
        self.lost += 1;
        if self.failures >= ATTEMPTS {
            return Err(Failure::broken(&self.table, error));
        }
        tracing::warn!(
            error,
            items = self.count,
            "a page broke off and is read again"
        );
        let delivered = self.count.max(self.skip);
        match self.last_key().filter(|_| delivered > 0) {
            Some(key) => {
                let has_filter = self.selection.filter.is_some();
                self.limit = self.limit.map(|limit| {
                    if has_filter {
                        limit
                    } else {
                        limit.saturating_sub(u16::try_from(delivered).unwrap_or(u16::MAX))
                    }
                });
                self.kept += delivered;
                self.restart(key);
                if self.limit == Some(0) {
                    return Ok(Some(self.so_far()));
                }
            }
            None => self.skip = delivered,
        }
        self.send().await?;
        Ok(None)
    }

    /// What is known of a page that broke off: up to where it was delivered.
    pub(crate) fn so_far(&mut self) -> Totals {
        let delivered = self.count.max(self.skip);
        let totals = if delivered > 0 {
            Totals::up_to(self.last_key().as_ref())
        } else {
            Totals::up_to(self.start.as_ref())
        };
        self.kept += delivered;
        self.with_lost(totals)
    }

    fn with_lost(&mut self, mut totals: Totals) -> Totals {
        totals.scanned += std::mem::take(&mut self.kept);
        totals.lost = std::mem::take(&mut self.lost);
        totals
    }

    /// The key of the last item that was delivered.
    fn last_key(&self) -> Option<Key> {
        let names = self.key_names.as_ref()?;
        let mut found = Vec::new();
        attributes(&mut Scanner::new(self.last.as_bytes(), 0), &mut found).ok()?;
        let item = Item {
            text: &self.last,
            attributes: &found,
        };
        cursor::key_of(&item, names)
    }

    /// Goes on with the next page of a walk through the whole table.
    pub(crate) async fn turn(&mut self, key: Key) -> Result<(), Failure> {
        if self.key_names.is_none() {
            self.key_names = Some(key.keys().cloned().collect());
        }
        if self.selection.filter.is_some() {
            self.limit = self.limit.map(|limit| limit.saturating_mul(GROWTH));
        }
        self.restart(key);
        self.send().await
    }

    /// From here nothing was delivered yet.
    fn restart(&mut self, key: Key) {
        self.start = Some(key);
        self.last.clear();
        (self.count, self.skip) = (0, 0);
    }

    async fn send(&mut self) -> Result<(), Failure> {
        let request = Request {
            table: &self.table,
            start: self.start.as_ref(),
            limit: self.limit,
            filter: self.selection.filter.as_ref(),
        };
        self.body = scan(&self.app, &request).await?;
        self.parser = PageParser::default();
        self.count = 0;
        Ok(())
    }
}

fn first<'a>(selection: &'a Selection, table: &'a str, start: Option<&'a Key>) -> Request<'a> {
    Request {
        table,
        start,
        limit: selection.limit,
        filter: selection.filter.as_ref(),
    }
}
