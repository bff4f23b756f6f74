use std::borrow::Cow;

use super::selection::{DEFAULT_FORMAT, Selection, Sort};
use crate::key::Start;

impl Selection {
    /// The address of this page. Two requests with the same address want the same.
    pub(crate) fn link_to_self(&self) -> String {
        let cursor = self.cursor();
        self.address(cursor.as_deref())
    }

    /// The address of the first page, with everything else as it is.
    pub(crate) fn first(&self) -> String {
        let first = Self {
            before: Vec::new(),
            ..self.clone()
        };
        first.address(None)
    }

    /// The address of the page that starts at `cursor`.
    pub(crate) fn next(&self, cursor: &str) -> String {
        let mut next = self.clone();
        // The first page has no cursor, and an empty text in its place.
        next.before.push(self.cursor().unwrap_or_default());
        next.drop_old_cursors();
        next.address(Some(cursor))
    }

    /// The address of the page before this one, if it is known.
    pub(crate) fn back(&self) -> Option<String> {
        let mut back = self.clone();
        let cursor = back.before.pop()?;
        Some(back.address((!cursor.is_empty()).then_some(&cursor)))
    }

    /// The address of this page, sorted by an attribute.
    pub(crate) fn sorted(&self, attribute: &str, descending: bool) -> String {
        let sort = Sort {
            attribute: attribute.to_owned(),
            descending,
        };
        let sorted = Self {
            sort: Some(sort),
            ..self.clone()
        };
        sorted.link_to_self()
    }

    /// The address of the first page with another number of items.
    pub(crate) fn sized(&self, limit: Option<u16>) -> String {
        let sized = Self {
            limit,
            sort: self.sort.clone().filter(|_| limit.is_some()),
            ..self.clone()
        };
        sized.first()
    }

    /// The address of this page in another format.
    pub(crate) fn as_format(&self, format: &'static str) -> String {
        let other = Self {
            format: Cow::Borrowed(format),
            before: Vec::new(),
            ..self.clone()
        };
        other.link_to_self()
    }

    /// The address of all items that are selected, in another format.
    pub(crate) fn export(&self, format: &'static str) -> String {
        let all = Self {
            format: Cow::Borrowed(format),
            limit: None,
            sort: None,
            ..self.clone()
        };
        all.first()
    }

    fn cursor(&self) -> Option<String> {
        self.start.as_ref().map(Start::to_string)
    }

    fn address(&self, cursor: Option<&str>) -> String {
        let path = "/query?";
        let mut query = form_urlencoded::Serializer::for_suffix(path.to_owned(), path.len());
        if self.format != DEFAULT_FORMAT {
            query.append_pair("format", &self.format);
        }
        let limit = self
            .limit
            .map_or("all".to_owned(), |limit| limit.to_string());
        query.append_pair("limit", &limit);
        for condition in &self.conditions {
            query.append_pair("attribute", &condition.attribute);
            for (name, text) in [
                ("is", &condition.is),
                ("type", &condition.kind),
                ("value", &condition.value),
                ("and", &condition.and),
            ] {
                if !text.is_empty() {
                    query.append_pair(name, text);
                }
            }
        }
        if let Some(sort) = &self.sort {
            query.append_pair("sort", &sort.attribute);
            query.append_pair("order", if sort.descending { "desc" } else { "asc" });
        }
        for before in &self.before {
            query.append_pair("before", before);
        }
        if let Some(cursor) = cursor {
            query.append_pair("cursor", cursor);
        }
        query.finish()
    }
}
