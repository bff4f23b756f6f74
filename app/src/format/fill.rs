use crate::key::{Key, KeyNames, key_of};
use crate::parse::Item;
use crate::query::Selection;

/// The items of a sorted page are kept until it is full. It has at most as many bytes as a page of
/// `DynamoDB`.
const MAX_SORTED: usize = 1024 * 1024;

/// How full a page with a filter is. It is filled from as many pages of `DynamoDB` as it takes.
#[derive(Clone, Debug)]
pub(crate) struct Fill {
    /// The page is full when it has this many items or bytes.
    most: u64,
    largest: usize,
    items: u64,
    size: usize,
    /// The key of the item that made it full.
    last: Option<Key>,
    /// How many items of the current page of `DynamoDB` were taken, and how many were found.
    taken: u64,
    found: u64,
}

impl Fill {
    /// `None` without a filter, and if all items are wanted.
    pub(crate) fn of(selection: &Selection) -> Option<Self> {
        selection.filter.as_ref()?;
        let limit = selection.limit?;
        Some(Self {
            most: limit.into(),
            largest: selection.sort.as_ref().map_or(usize::MAX, |_| MAX_SORTED),
            items: 0,
            size: 0,
            last: None,
            taken: 0,
            found: 0,
        })
    }

    /// Whether the item belongs to this page. If not, it belongs to the next one.
    pub(crate) fn takes(&mut self, item: &Item<'_>, names: Option<&KeyNames>) -> bool {
        self.found += 1;
        if self.last.is_some() {
            return false;
        }
        self.taken += 1;
        self.items += 1;
        self.size += item.text.len();
        if self.is_full() {
            // Without its key no page could begin after it: then the items that follow are taken too.
            self.last = names.and_then(|names| key_of(item, names));
        }
        true
    }

    pub(crate) fn is_full(&self) -> bool {
        self.items >= self.most || self.size >= self.largest
    }

    /// Where the next page begins if this one was full before the page of `DynamoDB` ended, and about
    /// how many of the scanned items come before that.
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
