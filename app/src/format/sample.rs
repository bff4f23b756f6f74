//! The first items of an answer, which wait until its columns are known.

use crate::parse::{Attribute, Item};

/// The columns are those of so many first items, or of so many bytes of them.
const ITEMS: usize = 256;
const LENGTH: usize = 64 * 1024;

#[derive(Clone, Debug, Default)]
pub(crate) struct Sample {
    text: String,
    attributes: Vec<Attribute>,
    /// Of each item, where its text and its attributes end.
    ends: Vec<(usize, usize)>,
}

impl Sample {
    pub(crate) fn add(&mut self, item: &Item<'_>) {
        self.text.push_str(item.text);
        self.attributes.extend_from_slice(item.attributes);
        self.ends.push((self.text.len(), self.attributes.len()));
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    pub(crate) fn is_full(&self) -> bool {
        self.ends.len() >= ITEMS || self.text.len() >= LENGTH
    }

    pub(crate) fn items(&self) -> impl Iterator<Item = Item<'_>> {
        let mut start = (0, 0);
        self.ends.iter().map(move |&end| {
            let (text, attributes) = std::mem::replace(&mut start, end);
            Item {
                text: &self.text[text..end.0],
                attributes: &self.attributes[attributes..end.1],
            }
        })
    }
}
