use askama::Template;
use items::Kind;

use crate::assets::Assets;
use crate::format::context::Context;
use crate::query::{Condition, Selection};

/// The page up to its items.
#[derive(Template)]
#[template(path = "items_before.html")]
pub(super) struct Before<'a> {
    assets: &'a Assets,
    table: &'a str,
    selection: &'a Selection,
    conditions: Vec<Condition>,
}

impl<'a> Before<'a> {
    pub(super) fn new(context: &'a Context) -> Self {
        let mut conditions = context.selection.conditions.clone();
        // One more row, to be filled in.
        conditions.push(Condition::default());
        Self {
            assets: &context.assets,
            table: &context.table,
            selection: &context.selection,
            conditions,
        }
    }
}

impl Before<'_> {
    const TESTS: [(&'static str, &'static str); 12] = [
        ("eq", "="),
        ("ne", "≠"),
        ("lt", "<"),
        ("le", "≤"),
        ("gt", ">"),
        ("ge", "≥"),
        ("between", "between"),
        ("begins", "begins with"),
        ("contains", "contains"),
        ("exists", "exists"),
        ("missing", "does not exist"),
        ("type", "has the type"),
    ];
    const SIZES: [(&'static str, Option<u16>); 4] = [
        ("25", Some(25)),
        ("100", Some(100)),
        ("1000", Some(1000)),
        ("all", None),
    ];

    /// The numbers of items that the reader may choose.
    fn sizes(&self) -> impl Iterator<Item = (&'static str, Option<u16>)> {
        let may_export = self.selection.role.may_export();
        let sizes = Self::SIZES.into_iter();
        sizes.filter(move |(_, size)| may_export || size.is_some())
    }

    fn title(&self) -> &str {
        self.table
    }

    fn limit(&self) -> String {
        self.selection
            .limit
            .map_or("all".to_owned(), |limit| limit.to_string())
    }

    /// Whether the number of items is one of those that the page offers.
    fn is_usual(&self) -> bool {
        let mut sizes = Self::SIZES.iter();
        sizes.any(|(_, size)| *size == self.selection.limit)
    }

    fn filter(&self) -> &'static str {
        if self.selection.conditions.is_empty() {
            "Filter"
        } else {
            "Filter (on)"
        }
    }
}
