//! Taking away any one part of the templates, such as a rule, a route or an action, breaks the very thing
//! that it is for, and `explain` names it. The parts are found in the templates: one that the tables do
//! not have is a failure, and so is a row without a part.

mod breaks;
mod container;
mod endpoints;
mod enumerate;
mod image;
mod service;
mod stand;
mod vpc;
mod yaml;

use std::collections::BTreeSet;

use self::breaks::Row;
use self::enumerate::{Removal, removals};
use self::stand::Stand;

/// Takes away all parts of a stack's template that are `relevant`, one after the other.
async fn check(stand: &Stand, stack: &str, rows: &[Row], relevant: fn(&str) -> bool) {
    let managed = stand.managed_policy().await;
    let all = removals(stand.template(stack), &managed).into_iter();
    let all: Vec<Removal> = all.filter(|removal| relevant(&removal.name)).collect();
    let known: BTreeSet<&str> = rows.iter().map(|(name, ..)| *name).collect();
    let found: BTreeSet<&str> = all.iter().map(|removal| removal.name.as_str()).collect();
    assert_eq!(
        found, known,
        "the parts of {stack}, and the rows of its table"
    );
    for removal in &all {
        let mut rows = rows.iter();
        let row = rows
            .find(|(name, ..)| *name == removal.name)
            .expect("a row");
        let start = std::time::Instant::now();
        stand.check(stack, &removal.template, row).await;
        eprintln!("{:?} without {}", start.elapsed(), removal.name);
    }
}
