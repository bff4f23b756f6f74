//! Chooses the columns of CSV.

use std::cmp::Reverse;
use std::collections::HashMap;

use items::Kind;

use super::page::Page;
use crate::item::{KeyAttribute, Reason, read_typed_item};

/// How many items decide which columns there are.
const SAMPLE: usize = 256;
/// Attributes beyond these go into the last column.
const MAX_COLUMNS: usize = 100;

/// The columns for the first items of a page: the key, then the most frequent attributes, each with
/// its most frequent type. `None` if the page has no items.
pub(super) fn columns(page: &Page, key: &[String]) -> Result<Option<Vec<KeyAttribute>>, Reason> {
    let mut counts: HashMap<(String, Kind), usize> = HashMap::new();
    let mut seen = 0;
    page.each(|item| {
        seen += 1;
        if seen <= SAMPLE {
            for (name, value) in read_typed_item(item)? {
                *counts.entry((name, value.kind())).or_insert(0) += 1;
            }
        }
        Ok::<_, Reason>(())
    })?;
    let rank = |name: &String| {
        key.iter()
            .position(|part| part == name)
            .unwrap_or(key.len())
    };
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by_key(|((name, kind), count)| (rank(name), Reverse(*count), name.clone(), *kind));
    let mut columns: Vec<KeyAttribute> = Vec::new();
    for ((name, kind), _) in counts {
        if columns.len() < MAX_COLUMNS && !columns.iter().any(|(found, _)| *found == name) {
            columns.push((name, kind));
        }
    }
    Ok((seen > 0).then_some(columns))
}
