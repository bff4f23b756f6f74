//! Items have no schema: the columns are what the first items have.

use std::{cmp::Reverse, collections::HashMap};

use crate::{parse::Item, text::unescape};

/// Items with thousands of different attributes must not make a table of millions of cells. What
/// has no column is shown together in the last one.
const MAX_COLUMNS: usize = 100;

#[derive(Clone, Debug, Default)]
pub(crate) struct Columns {
    pub(crate) names: Vec<String>,
    /// How many of them, from the first, are the key.
    pub(crate) key: usize,
    /// Whether there is a last column for what has none.
    pub(crate) others: bool,
    places: HashMap<String, usize>,
}

/// How often each attribute was seen.
#[derive(Clone, Debug, Default)]
pub(crate) struct Counts {
    names: Vec<String>,
    seen: Vec<usize>,
    places: HashMap<String, usize>,
    guesses: Vec<usize>,
}

/// An item in columns: its attributes in their places, and the others.
#[derive(Clone, Debug, Default)]
pub(crate) struct Row {
    pub(crate) cells: Vec<Option<usize>>,
    pub(crate) others: Vec<usize>,
    /// In which column the attribute at this place was the last time: mostly it is there again.
    guesses: Vec<usize>,
    pub(crate) scratch: Scratch,
}

/// Places for the text of a cell, which are used again for the next one.
#[derive(Clone, Debug, Default)]
pub(crate) struct Scratch {
    pub(crate) text: String,
    pub(crate) document: Vec<u8>,
}

impl Counts {
    pub(crate) fn add(&mut self, item: &Item<'_>) {
        self.guesses
            .resize(item.attributes.len().max(self.guesses.len()), 0);
        for (attribute, guess) in item.attributes.iter().zip(&mut self.guesses) {
            let name = unescape(attribute.name, item.text);
            let Some(place) = find(&self.names, &self.places, &name, guess) else {
                self.places.insert(name.to_string(), self.names.len());
                self.names.push(name.into_owned());
                self.seen.push(1);
                continue;
            };
            self.seen[place] += 1;
        }
    }

    /// The key's first, then the most frequent, then by name.
    pub(crate) fn columns(&self, key: &[String], more_follow: bool) -> Columns {
        let rank = |name: &String| key.iter().position(|key| key == name).unwrap_or(key.len());
        let mut counts: Vec<_> = self.names.iter().zip(&self.seen).collect();
        counts.sort_unstable_by_key(|&(name, count)| (rank(name), Reverse(count), name));
        let others = more_follow || counts.len() > MAX_COLUMNS;
        counts.truncate(MAX_COLUMNS);
        let names: Vec<_> = counts.into_iter().map(|(name, _)| name.clone()).collect();
        Columns {
            key: names.iter().filter(|name| key.contains(name)).count(),
            places: names.iter().cloned().zip(0..).collect(),
            names,
            others,
        }
    }
}

impl Columns {
    pub(crate) fn place(&self, item: &Item<'_>, row: &mut Row) {
        row.cells.clear();
        row.cells.resize(self.names.len(), None);
        row.others.clear();
        row.guesses
            .resize(item.attributes.len().max(row.guesses.len()), 0);
        let attributes = item.attributes.iter().zip(&mut row.guesses);
        for (index, (attribute, guess)) in attributes.enumerate() {
            let name = unescape(attribute.name, item.text);
            match find(&self.names, &self.places, &name, guess) {
                Some(column) => row.cells[column] = Some(index),
                None => row.others.push(index),
            }
        }
    }
}

/// The place of a name, which is probably the one that is guessed.
fn find(
    names: &[String],
    places: &HashMap<String, usize>,
    name: &str,
    guess: &mut usize,
) -> Option<usize> {
    if names.get(*guess).is_none_or(|guessed| guessed != name) {
        *guess = *places.get(name)?;
    }
    Some(*guess)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::{Scanner, attributes};

    fn columns(items: &[&[&str]], key: &[&str]) -> Columns {
        let mut counts = Counts::default();
        for names in items {
            with_item(names, |item| counts.add(item));
        }
        let key: Vec<_> = key.iter().map(|&name| name.to_owned()).collect();
        counts.columns(&key, false)
    }

    fn with_item(names: &[&str], run: impl FnOnce(&Item<'_>)) {
        let pairs: Vec<_> = names
            .iter()
            .map(|name| format!(r#""{name}":{{"S":"x"}}"#))
            .collect();
        let text = format!("{{{}}}", pairs.join(","));
        let mut found = Vec::new();
        attributes(&mut Scanner::new(text.as_bytes(), 0), &mut found).unwrap();
        run(&Item {
            text: &text,
            attributes: &found,
        });
    }

    #[test]
    fn the_most_frequent_come_first_then_the_alphabet() {
        let items: [&[&str]; 3] = [&["id", "b", "rare"], &["id", "a", "b"], &["id", "a"]];
        assert_eq!(columns(&items, &[]).names, ["id", "a", "b", "rare"]);
    }

    #[test]
    fn a_known_key_comes_before_all() {
        let items: [&[&str]; 2] = [&["a", "y", "z"], &["a", "y", "z"]];
        let columns = columns(&items, &["z", "y"]);
        assert_eq!(columns.names, ["z", "y", "a"]);
        assert_eq!(columns.key, 2);
    }

    #[test]
    fn no_items_have_no_columns() {
        assert!(columns(&[], &["z"]).names.is_empty());
    }

    #[test]
    fn there_is_a_limit() {
        let names: Vec<_> = (0..5000).map(|number| number.to_string()).collect();
        let names: Vec<_> = names.iter().map(String::as_str).collect();
        let columns = columns(&[&names], &[]);
        assert_eq!(columns.names.len(), MAX_COLUMNS);
        assert!(columns.others);
    }

    #[test]
    fn every_attribute_has_its_place_in_whatever_order_it_comes() {
        let columns = columns(&[&["a", "b", "c"]], &[]);
        let mut row = Row::default();
        for (names, cells, others) in [
            (&["a", "b", "c"][..], [Some(0), Some(1), Some(2)], vec![]),
            (&["c", "x", r"\u0061"], [Some(2), None, Some(0)], vec![1]),
            (&[], [None, None, None], vec![]),
        ] {
            with_item(names, |item| columns.place(item, &mut row));
            assert_eq!(
                (&row.cells[..], &row.others),
                (&cells[..], &others),
                "{names:?}"
            );
        }
    }
}
