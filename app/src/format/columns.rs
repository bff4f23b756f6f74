//! Which attributes are columns, and which attribute of an item is in which column.

use std::cmp::Reverse;

use indexmap::IndexSet;

use crate::parse::{Item, unescape};

/// Items with thousands of different attributes must not make a table of millions of cells. The
/// attributes without a column are shown together in the last one.
const MAX_COLUMNS: usize = 100;

/// The columns of an answer: the attributes that its first items have.
#[derive(Clone, Debug, Default)]
pub(crate) struct Columns {
    pub(crate) names: IndexSet<String>,
    /// How many of the first columns are the key.
    pub(crate) key: usize,
    /// Whether there is a last column for the attributes without a column.
    pub(crate) others: bool,
}

/// How many items have each attribute.
#[derive(Clone, Debug, Default)]
pub(crate) struct Counts {
    names: IndexSet<String>,
    seen: Vec<usize>,
    cache: ColumnCache,
}

/// An item in columns: the attribute of each column, and the others, by their places in the item.
#[derive(Clone, Debug, Default)]
pub(crate) struct Row {
    pub(crate) cells: Vec<Option<usize>>,
    pub(crate) others: Vec<usize>,
    cache: ColumnCache,
    pub(crate) scratch: Scratch,
}

/// The column of the attribute at each place of the last item. Most items have the same attributes in
/// the same order.
#[derive(Clone, Debug, Default)]
struct ColumnCache(Vec<usize>);

/// Memory for the text or value of a cell, which is used again for the next one.
#[derive(Clone, Debug, Default)]
pub(crate) struct Scratch {
    pub(crate) text: String,
    pub(crate) value: Vec<u8>,
}

impl Counts {
    pub(crate) fn add(&mut self, item: &Item<'_>) {
        for (index, attribute) in item.attributes.iter().enumerate() {
            let name = unescape(attribute.name, item.text);
            if let Some(place) = self.cache.find(index, &name, &self.names) {
                self.seen[place] += 1;
            } else {
                self.names.insert(name.into_owned());
                self.seen.push(1);
            }
        }
    }

    /// The columns: first the key, then the most frequent, then by name.
    pub(crate) fn columns(&self, key: &[String], more_follow: bool) -> Columns {
        let rank = |name: &String| key.iter().position(|key| key == name).unwrap_or(key.len());
        let mut counts: Vec<_> = self.names.iter().zip(&self.seen).collect();
        counts.sort_unstable_by_key(|&(name, count)| (rank(name), Reverse(count), name));
        let others = more_follow || counts.len() > MAX_COLUMNS;
        counts.truncate(MAX_COLUMNS);
        let names: IndexSet<_> = counts.into_iter().map(|(name, _)| name.clone()).collect();
        Columns {
            key: names.iter().filter(|name| key.contains(name)).count(),
            names,
            others,
        }
    }
}

impl Columns {
    /// Finds the attribute of each column.
    pub(crate) fn place(&self, item: &Item<'_>, row: &mut Row) {
        row.cells.clear();
        row.cells.resize(self.names.len(), None);
        row.others.clear();
        for (index, attribute) in item.attributes.iter().enumerate() {
            let name = unescape(attribute.name, item.text);
            match row.cache.find(index, &name, &self.names) {
                Some(column) => row.cells[column] = Some(index),
                None => row.others.push(index),
            }
        }
    }
}

impl ColumnCache {
    /// Where in `names` the name of the attribute at `index` is.
    fn find(&mut self, index: usize, name: &str, names: &IndexSet<String>) -> Option<usize> {
        if index >= self.0.len() {
            self.0.resize(index + 1, 0);
        }
        let cached = &mut self.0[index];
        if names
            .get_index(*cached)
            .is_none_or(|name_there| name_there != name)
        {
            *cached = names.get_index_of(name)?;
        }
        Some(*cached)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns(items: &[&[&str]], key: &[&str]) -> Columns {
        let mut counts = Counts::default();
        for names in items {
            with_item(names, |item| counts.add(item));
        }
        let key: Vec<_> = key.iter().map(|&name| name.to_owned()).collect();
        counts.columns(&key, false)
    }

    fn names(columns: &Columns) -> Vec<&str> {
        columns.names.iter().map(String::as_str).collect()
    }

    fn with_item(names: &[&str], run: impl FnOnce(&Item<'_>)) {
        let pairs: Vec<_> = names
            .iter()
            .map(|name| format!(r#""{name}":{{"S":"x"}}"#))
            .collect();
        let text = format!("{{{}}}", pairs.join(","));
        let mut found = Vec::new();
        run(&Item::read(&text, &mut found).unwrap());
    }

    #[test]
    fn the_most_frequent_come_first_then_the_alphabet() {
        let items: [&[&str]; 3] = [&["id", "b", "rare"], &["id", "a", "b"], &["id", "a"]];
        let columns = columns(&items, &[]);
        assert_eq!(names(&columns), ["id", "a", "b", "rare"]);
    }

    #[test]
    fn a_known_key_comes_before_all() {
        let items: [&[&str]; 2] = [&["a", "y", "z"], &["a", "y", "z"]];
        let columns = columns(&items, &["z", "y"]);
        assert_eq!(names(&columns), ["z", "y", "a"]);
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
