use crate::parse::{Attribute, Item};

/// The columns are known after this many items or bytes.
const ITEMS: usize = 256;
const LENGTH: usize = 64 * 1024;

/// The first items of an answer, which wait until its columns are known.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sample {
    text: String,
    attributes: Vec<Attribute>,
    /// Where the text and the attributes of each item end.
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
