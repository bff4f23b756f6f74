use super::context::Context;
use super::fill::Fill;
use super::sort::Sorted;
use super::summary::{Ending, Summary};
use crate::key::{Key, Start, from_json};
use crate::parse::{Item, Totals};

/// How far an answer is.
#[derive(Clone)]
pub(crate) struct Progress {
    pub(super) context: Context,
    pub(super) has_begun: bool,
    /// How full a page with a filter is.
    pub(super) fill: Option<Fill>,
    /// The items of a sorted page, which wait until all are there.
    pub(super) sorted: Option<Sorted>,
    summary: Summary,
    /// The key after which the next page starts, if there is one.
    pub(super) next: Option<Key>,
}

impl Progress {
    pub(super) fn new(context: Context, item_count: Option<u64>) -> Self {
        let selection = &context.selection;
        Self {
            has_begun: false,
            fill: Fill::of(selection),
            sorted: selection.sort.clone().map(Sorted::by),
            summary: Summary {
                read: selection.start.as_ref().map_or(0, |start| start.read),
                item_count,
                ..Summary::default()
            },
            next: None,
            context,
        }
    }

    /// Counts an item that has arrived. Returns whether to write it now.
    pub(super) fn takes(&mut self, item: &Item<'_>) -> bool {
        if let Some(fill) = &mut self.fill
            && !fill.takes(item, self.context.key.as_ref())
        {
            return false;
        }
        self.summary.items += 1;
        match &mut self.sorted {
            Some(sorted) => {
                sorted.add(item);
                false
            }
            None => true,
        }
    }

    /// A page of `DynamoDB` is complete.
    pub(super) fn page_end(&mut self, totals: &Totals) {
        self.summary.requests += 1;
        self.add(totals);
        if self.context.key.is_none() {
            let key = self.next.as_ref();
            self.context.key = key.map(|key| key.keys().cloned().collect());
        }
    }

    /// Adds what a page of `DynamoDB` says about itself.
    pub(super) fn add(&mut self, totals: &Totals) {
        self.summary.add(totals);
        let last = totals.last_key.as_deref();
        self.next = last.and_then(|key| from_json(key.as_bytes()));
        if let Some(fill) = &mut self.fill {
            let (full, before) = fill.page_end(totals.scanned);
            self.next = full.or(self.next.take());
            self.summary.read = self.summary.read.saturating_add(before);
            self.summary.is_full = fill.is_full();
        }
    }

    /// What the end of the answer says.
    pub(super) fn ending(&self) -> Ending {
        let start = self.next.clone().map(|key| Start {
            key,
            read: self.summary.read,
        });
        Ending {
            summary: self.summary,
            cursor: start.map(|start| start.to_string()),
        }
    }
}
