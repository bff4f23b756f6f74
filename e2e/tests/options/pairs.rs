//! Rows of choices such that every pair of values of two options is in a row.

use std::collections::BTreeSet;

/// An option and one of its values, twice.
type Pair = ((usize, usize), (usize, usize));

/// For options with these numbers of values: the rows, each with a value of every option.
pub(crate) fn rows(sizes: &[usize]) -> Vec<Vec<usize>> {
    let mut open: BTreeSet<Pair> = all(sizes);
    let mut rows = Vec::new();
    while let Some(first) = open.first().copied() {
        let mut row = vec![None; sizes.len()];
        for (option, value) in [first.0, first.1] {
            row[option] = Some(value);
        }
        for (option, values) in sizes.iter().enumerate() {
            if row[option].is_none() {
                row[option] = (0..*values).max_by_key(|value| gain(&open, &row, option, *value));
            }
        }
        let row: Vec<usize> = row.into_iter().map(|value| value.unwrap_or(0)).collect();
        open.retain(|(one, other)| row[one.0] != one.1 || row[other.0] != other.1);
        rows.push(row);
    }
    rows
}

fn all(sizes: &[usize]) -> BTreeSet<Pair> {
    let mut pairs = BTreeSet::new();
    for (one, values) in sizes.iter().enumerate() {
        for (other, others) in sizes.iter().enumerate().skip(one + 1) {
            for value in 0..*values {
                pairs.extend((0..*others).map(|second| ((one, value), (other, second))));
            }
        }
    }
    pairs
}

/// How many open pairs a value would close.
fn gain(open: &BTreeSet<Pair>, row: &[Option<usize>], option: usize, value: usize) -> usize {
    let chosen = row
        .iter()
        .enumerate()
        .filter_map(|(other, chosen)| Some((other, (*chosen)?)));
    let pairs = chosen.filter(|(other, chosen)| {
        let (mine, theirs) = ((option, value), (*other, *chosen));
        open.contains(&(mine.min(theirs), mine.max(theirs)))
    });
    pairs.count()
}

#[test]
fn every_pair_is_in_a_row() {
    for sizes in [&[2, 2][..], &[2, 2, 2, 2, 3], &[3, 2, 4, 2, 2, 2, 3]] {
        let rows = rows(sizes);
        for ((one, value), (other, second)) in all(sizes) {
            let is_there = |row: &Vec<usize>| row[one] == value && row[other] == second;
            assert!(rows.iter().any(is_there), "{sizes:?}");
        }
        assert!(rows.len() <= 16, "{}", rows.len());
    }
}
