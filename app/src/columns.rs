//! Items have no schema: the columns are what the items of one page have.

use std::{cmp::Reverse, collections::HashMap};

use crate::value::Item;

/// Items with thousands of different attributes must not make a table of millions of cells. What
/// has no column is shown together in the last one.
const MAX_COLUMNS: usize = 100;

/// The names of the columns: the key's first, then the most frequent, then by name.
pub(crate) fn columns<'a>(items: &'a [Item], key: Option<&Item>) -> Vec<&'a str> {
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for name in items.iter().flat_map(HashMap::keys) {
        *counts.entry(name).or_default() += 1;
    }
    let mut columns: Vec<_> = counts.into_iter().collect();
    let in_key = |name| key.is_some_and(|key| key.contains_key(name));
    columns.sort_unstable_by_key(|(name, count)| (!in_key(*name), Reverse(*count), *name));
    columns.truncate(MAX_COLUMNS);
    columns.into_iter().map(|(name, _)| name).collect()
}

#[cfg(test)]
mod tests {
    use aws_sdk_dynamodb::types::AttributeValue;

    use super::*;

    fn item<S: ToString>(names: impl IntoIterator<Item = S>) -> Item {
        names
            .into_iter()
            .map(|name| (name.to_string(), AttributeValue::Null(true)))
            .collect()
    }

    #[test]
    fn the_most_frequent_come_first_then_the_alphabet() {
        let items = [
            item(["id", "b", "rare"]),
            item(["id", "a", "b"]),
            item(["id", "a"]),
        ];
        assert_eq!(columns(&items, None), ["id", "a", "b", "rare"]);
    }

    #[test]
    fn a_known_key_comes_before_all() {
        let items = [item(["a", "z"]), item(["a", "z"])];
        assert_eq!(columns(&items, Some(&item(["z"]))), ["z", "a"]);
    }

    #[test]
    fn no_items_have_no_columns() {
        assert!(columns(&[], Some(&item(["z"]))).is_empty());
    }

    #[test]
    fn there_is_a_limit() {
        assert_eq!(columns(&[item(0..5000)], None).len(), MAX_COLUMNS);
    }
}
