use std::sync::Arc;
use std::time::Instant;

use axum::body::Bytes;
use futures_util::FutureExt;
use http_body_util::BodyExt;

use super::pace::Pace;
use super::position::{Arrival, Position};
use super::scan::{ATTEMPTS, Request, Scan, call};
use super::{Table, TableName};
use crate::aws::Failure;
use crate::key::{Key, KeyNames, key_of, to_json};
use crate::parse::{Item, Step, Totals};
use crate::query::Selection;

/// A table whose responses are too slow this many times is given up, even if more items come.
const SLOW_ATTEMPTS: usize = 2;
/// While a filter finds too little, each request reads this many times as many items as the one before.
/// This keeps the number of requests small, and at most a few times too many items are read.
const GROWTH: u16 = 4;

/// A table that is being read, one page of `DynamoDB` after the other.
///
/// What breaks off is read again from the last complete item on: no item is left out, and none comes
/// twice.
pub(crate) struct Reading {
    table: Arc<Table>,
    selection: Arc<Selection>,
    /// The name of the table.
    pub(crate) name: Arc<TableName>,
    /// The names of the key's attributes, if they are known.
    pub(crate) key_names: Option<KeyNames>,
    /// About how many items the table has; only with a filter.
    pub(crate) item_count: Option<u64>,
    scan: Scan,
    pace: Pace,
    /// The item after which the current request starts, and how many items it may read.
    start: Option<Key>,
    limit: Option<u16>,
    position: Position,
    /// How many responses broke off without one more item, and how many were too slow.
    failures: usize,
    slow: usize,
    /// How many earlier responses for this page broke off, and how many items came in them.
    lost: u64,
    kept: u64,
}

/// What follows the items that are there.
#[derive(Debug)]
pub(crate) enum Next {
    /// More bytes are awaited.
    More,
    /// The page is complete.
    End(Totals),
}

impl Reading {
    /// Asks for the items after `start`.
    pub(crate) async fn start(
        table: &Arc<Table>,
        selection: &Arc<Selection>,
        start: Option<Key>,
    ) -> Result<Self, Failure> {
        let after = start.as_ref();
        let scan = |name: Arc<TableName>| async move {
            let request = request(&name, selection, after, selection.limit);
            let mut lost = 0;
            let scan = table.scan(&request, ATTEMPTS, &mut lost).await?;
            Ok((scan, lost))
        };
        let (name, (scan, lost)) = table.call(scan).await?;
        // A page can do without the description, which may be denied.
        let description = table.describe(&name).await.ok();
        let described = description.as_ref();
        let key_names = described.and_then(|description| description.key_names());
        Ok(Self {
            table: Arc::clone(table),
            selection: Arc::clone(selection),
            name,
            key_names: key_names.or_else(|| start.as_ref().map(names_of)),
            item_count: described
                .filter(|_| selection.filter.is_some())
                .and_then(|description| description.item_count()),
            scan,
            pace: Pace::new(table.call_time),
            start,
            limit: selection.limit,
            position: Position::default(),
            failures: lost,
            slow: 0,
            lost: lost as u64,
            kept: 0,
        })
    }

    /// Calls `take` with each item that is there, until it returns `false`: then it has enough for
    /// now, and the result is `None`.
    pub(crate) fn drain(
        &mut self,
        mut take: impl FnMut(&Item<'_>) -> bool,
    ) -> Result<Option<Next>, Failure> {
        let next = loop {
            let item = match self.scan.parser.step() {
                Ok(Step::Item(item)) => item,
                Ok(Step::More) => break Ok(Some(Next::More)),
                Ok(Step::End) => {
                    let totals = std::mem::take(&mut self.scan.parser.totals);
                    break Ok(Some(Next::End(self.with_lost(totals))));
                }
                Err(_) => break Err(Failure::unreadable(call(&self.name))),
            };
            match self.position.arrive(item.text) {
                Arrival::New => self.failures = 0,
                Arrival::Again => continue,
                Arrival::Changed => return Err(Failure::changed(&self.name)),
            }
            if !take(&item) {
                break Ok(None);
            }
        };
        // Also before a failure: the next page begins after this item.
        self.position.keep(self.scan.parser.last());
        next
    }

    /// Takes what has arrived; `false` if nothing has.
    pub(crate) fn arrived(&mut self) -> bool {
        match self.scan.body.frame().now_or_never() {
            Some(Some(Ok(frame))) => {
                if let Ok(bytes) = frame.into_data() {
                    self.scan.parser.push(&bytes);
                }
                true
            }
            _ => false,
        }
    }

    /// Waits for the next bytes. If they break off, the rest is asked for again. Returns the totals
    /// if nothing is left to ask for.
    pub(crate) async fn wait(&mut self) -> Result<Option<Totals>, Failure> {
        let asked = Instant::now();
        let frame = tokio::time::timeout(self.pace.left(), self.scan.body.frame()).await;
        let reason = match frame {
            Ok(Some(Ok(frame))) => {
                // A frame without data is one of trailers.
                let bytes = frame.into_data().unwrap_or_else(|_| Bytes::new());
                self.scan.parser.push(&bytes);
                if self.pace.came(bytes.len(), asked.elapsed()) {
                    self.slow = 0;
                }
                return Ok(None);
            }
            Ok(None) if self.scan.parser.retry() => return Ok(None),
            Ok(Some(Err(err))) => err.to_string(),
            Ok(None) => "it ended in the middle".to_owned(),
            Err(_) => {
                self.slow += 1;
                "too few bytes came".to_owned()
            }
        };
        self.resume(&reason).await
    }

    async fn resume(&mut self, reason: &str) -> Result<Option<Totals>, Failure> {
        self.failures += 1;
        self.lost += 1;
        if self.failures >= ATTEMPTS || self.slow >= SLOW_ATTEMPTS {
            return Err(Failure::broken(&self.name, reason));
        }
        let delivered = self.position.delivered();
        tracing::warn!(
            reason,
            items = delivered,
            "a page broke off and is read again"
        );
        match self.last_key() {
            Some(key) => {
                // With a filter the limit counts items that are read, which are not known here.
                if self.selection.filter.is_none() {
                    let delivered = u16::try_from(delivered).unwrap_or(u16::MAX);
                    self.limit = self.limit.map(|limit| limit.saturating_sub(delivered));
                }
                self.kept += delivered;
                self.restart(key);
                if self.limit == Some(0) {
                    return Ok(Some(self.so_far()));
                }
            }
            None => self.position.repeat(),
        }
        self.send().await?;
        Ok(None)
    }

    /// What is known about a page that broke off, up to the last item that was delivered.
    pub(crate) fn so_far(&mut self) -> Totals {
        let delivered = self.position.delivered();
        let key = if delivered > 0 {
            self.last_key()
        } else {
            self.start.clone()
        };
        self.kept += delivered;
        self.with_lost(Totals::up_to(key.as_ref().map(to_json)))
    }

    fn with_lost(&mut self, mut totals: Totals) -> Totals {
        totals.scanned += std::mem::take(&mut self.kept);
        totals.lost = std::mem::take(&mut self.lost);
        totals
    }

    /// The key of the last item that was delivered, if there is one.
    fn last_key(&self) -> Option<Key> {
        let names = self.key_names.as_ref()?;
        let mut attributes = Vec::new();
        let item = Item::read(self.position.last(), &mut attributes).ok()?;
        key_of(&item, names)
    }

    /// Asks for the next page of `DynamoDB`, after the item with this key.
    pub(crate) async fn turn(&mut self, key: Key) -> Result<(), Failure> {
        if self.key_names.is_none() {
            self.key_names = Some(names_of(&key));
        }
        if self.selection.filter.is_some() {
            self.limit = self.limit.map(|limit| limit.saturating_mul(GROWTH));
        }
        self.restart(key);
        self.send().await
    }

    fn restart(&mut self, key: Key) {
        self.start = Some(key);
        self.position.restart();
    }

    async fn send(&mut self) -> Result<(), Failure> {
        let request = request(&self.name, &self.selection, self.start.as_ref(), self.limit);
        let (attempts, mut lost) = (ATTEMPTS.saturating_sub(self.failures), 0);
        let scan = self.table.scan(&request, attempts, &mut lost).await;
        self.failures += lost;
        self.lost += lost as u64;
        self.scan = scan?;
        self.pace = Pace::new(self.table.call_time);
        Ok(())
    }
}

fn names_of(key: &Key) -> KeyNames {
    key.keys().cloned().collect()
}

fn request<'a>(
    table: &'a str,
    selection: &'a Selection,
    start: Option<&'a Key>,
    limit: Option<u16>,
) -> Request<'a> {
    Request {
        table,
        start,
        limit,
        filter: selection.filter.as_ref(),
    }
}
