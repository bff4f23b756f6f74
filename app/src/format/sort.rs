//! The items of one page in the order of an attribute.

use std::cmp::Ordering;

use crate::{
    number::Decimal,
    parse::{Item, Kind},
    selection::Sort,
    text::unescape,
};

/// What an item is sorted by: numbers before texts, each among its own.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
enum Rank {
    Number(Option<Decimal>),
    Other(Kind, String),
}

/// The items that are waited for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sorted(Vec<(Option<Rank>, String)>);

impl Sorted {
    pub(crate) fn add(&mut self, item: &Item<'_>, sort: &Sort) {
        let rank = item.find(&sort.attribute).map(|attribute| {
            let text = unescape(attribute.value, item.text);
            match attribute.kind {
                Kind::Number => Rank::Number(Decimal::parse(&text)),
                kind => Rank::Other(kind, text.into_owned()),
            }
        });
        self.0.push((rank, item.text.to_owned()));
    }

    /// The texts of the items in order; what has no such attribute comes last, either way.
    pub(crate) fn texts(mut self, descending: bool) -> impl Iterator<Item = String> {
        self.0.sort_by(|(one, _), (other, _)| match (one, other) {
            (Some(one), Some(other)) if descending => other.cmp(one),
            (Some(one), Some(other)) => one.cmp(other),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (None, None) => Ordering::Equal,
        });
        self.0.into_iter().map(|(_, text)| text)
    }
}
