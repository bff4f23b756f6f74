use std::cmp::Ordering;

use items::{Kind, Number};

use crate::parse::{Item, unescape};
use crate::query::Sort;

/// What an item is sorted by: numbers come before all other types.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
enum Rank {
    Number(Option<Number>),
    Other(Kind, String),
    /// A type that this program does not know.
    Unknown(String),
}

/// The items of a page, which are sorted when all have arrived.
#[derive(Clone, Debug)]
pub(crate) struct Sorted {
    by: Sort,
    items: Vec<(Option<Rank>, String)>,
}

impl Sorted {
    pub(crate) fn by(by: Sort) -> Self {
        Self {
            by,
            items: Vec::new(),
        }
    }

    pub(crate) fn add(&mut self, item: &Item<'_>) {
        let rank = item.find(&self.by.attribute).map(|attribute| {
            let text = unescape(attribute.value, item.text);
            match attribute.kind {
                Some(Kind::Number) => Rank::Number(Number::parse(&text)),
                Some(kind) => Rank::Other(kind, text.into_owned()),
                None => Rank::Unknown(text.into_owned()),
            }
        });
        self.items.push((rank, item.text.to_owned()));
    }

    /// The texts of the items in order. Items without the attribute come last in both directions.
    pub(crate) fn into_texts(mut self) -> Vec<String> {
        let descending = self.by.descending;
        self.items
            .sort_by(|(one, _), (other, _)| match (one, other) {
                (Some(one), Some(other)) if descending => other.cmp(one),
                (Some(one), Some(other)) => one.cmp(other),
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (None, None) => Ordering::Equal,
            });
        self.items.into_iter().map(|(_, text)| text).collect()
    }
}
