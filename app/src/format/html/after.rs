use askama::Template;

use crate::error::WebError;
use crate::format::context::Context;
use crate::format::properties::{PageLink, Properties};
use crate::format::summary::{Ending, Follows, Summary};
use crate::query::Selection;

/// The page from its items on.
#[derive(Template)]
#[template(path = "items_after.html")]
pub(super) struct After<'a> {
    selection: &'a Selection,
    summary: &'a Summary,
    formats: &'a [&'static Properties],
    /// The address of the next page, if there is one.
    next: Option<String>,
}

/// The end of a page that cannot be completed.
#[derive(Template)]
#[template(path = "items_broken.html")]
pub(super) struct Broken<'a> {
    pub(super) err: &'a WebError,
    pub(super) after: After<'a>,
}

impl<'a> After<'a> {
    pub(super) fn new(context: &'a Context, ending: &'a Ending) -> Self {
        let cursor = ending.cursor.as_deref();
        Self {
            selection: &context.selection,
            summary: &ending.summary,
            formats: &context.formats,
            next: cursor.map(|cursor| context.selection.next(cursor)),
        }
    }
}

impl After<'_> {
    /// The formats of which the page has this link.
    fn linked(&self, link: PageLink) -> impl Iterator<Item = &'static Properties> {
        let formats = self.formats.iter().copied();
        formats.filter(move |format| format.link == link)
    }

    fn count(&self) -> String {
        let follows = match self.next {
            None => Follows::Nothing,
            Some(_) if self.selection.filter.is_some() => Follows::MaybeMore,
            Some(_) => Follows::More,
        };
        self.summary.count(self.selection.start.is_none(), follows)
    }

    /// How far a page with a filter is, if it is not the last one.
    fn progress(&self) -> Option<String> {
        let is_known = self.next.is_some() && self.selection.is_filled();
        is_known.then(|| self.summary.progress())
    }

    fn next_label(&self) -> &'static str {
        if self.selection.is_filled() && !self.summary.is_full {
            "Continue"
        } else {
            "Next page"
        }
    }

    /// The text shown instead of a table without rows.
    fn nothing(&self) -> &'static str {
        match (
            self.next.is_some(),
            self.selection.start.is_some(),
            self.selection.filter.is_some(),
        ) {
            (true, _, true) => "No matching item was found so far: continue to read further.",
            (true, _, false) => "There are no items on this page, but more pages follow.",
            (false, true, _) => "There are no more items.",
            (false, false, true) => "No item of the table matches.",
            (false, false, false) => "The table is empty.",
        }
    }
}
