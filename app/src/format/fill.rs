//! A page of what a filter finds: it fills up from as many pages of `DynamoDB` as it takes.

use crate::{
    cursor::{self, Key, KeyNames},
    parse::Item,
    selection::Selection,
};

/// What is sorted is kept until the page is full, which it is with as much as `DynamoDB` has in one
/// page.
const MAX_SORTED: usize = 1024 * 1024;

#[derive(Clone, Debug)]
pub(crate) struct Fill {
    /// With so many items or bytes the page is full.
    most: u64,
    largest: usize,
    items: u64,
    size: usize,
    /// The key of the item with which it was full.
    last: Option<Key>,
    /// Of the page of `DynamoDB` that is read: the items that have a place here, and all.
    taken: u64,
    found: u64,
}

impl Fill {
    /// `None` without a filter, and where all is wanted.
    pub(crate) fn of(selection: &Selection) -> Option<Self> {
        selection.filter.as_ref()?;
        Some(Self {
            most: selection.limit?.into(),
            largest: selection.sort.as_ref().map_or(usize::MAX, |_| MAX_SORTED),
            items: 0,
            size: 0,
            last: None,
            taken: 0,
            found: 0,
        })
    }

    /// Whether the item has a place here; else it belongs to the page after this one.
    pub(crate) fn takes(&mut self, item: &Item<'_>, names: Option<&KeyNames>) -> bool {
        self.found += 1;
        if self.last.is_some() {
            return false;
        }
        self.taken += 1;
        self.items += 1;
        self.size += item.text.len();
        if self.is_full() {
            // Without its key nothing could begin after it: then what is left has a place too.
            self.last = names.and_then(|names| cursor::key_of(item, names));
        }
        true
    }

    pub(crate) fn is_full(&self) -> bool {
        self.items >= self.most || self.size >= self.largest
    }

    /// Where the next page begins if this one was full before the page of `DynamoDB` had ended, and
    /// how many of the scanned items come before that, as far as can be told.
    pub(crate) fn page_end(&mut self, scanned: u64) -> (Option<Key>, u64) {
        let (taken, found) = (
            std::mem::take(&mut self.taken),
            std::mem::take(&mut self.found),
        );
        if taken == found {
            return (None, scanned);
        }
        (self.last.take(), scanned.saturating_mul(taken) / found)
    }

    /// The key of the last item of a full page.
    pub(crate) fn last(&self) -> Option<&Key> {
        self.last.as_ref()
    }
}
