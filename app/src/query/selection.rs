use std::borrow::Cow;

use super::condition::Condition;
use super::filter::Filter;
use crate::error::WebError;
use crate::key::Start;
use crate::login::Role;

pub(super) const DEFAULT_LIMIT: u16 = 100;
/// The format of an address that names none.
pub(super) const DEFAULT_FORMAT: &str = "html";

/// Which items are wanted, in which order and format.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Selection {
    /// The items after this one; `None` for those from the first on.
    pub(crate) start: Option<Start>,
    /// How many items to read, or with a filter to find; `None` for all of them.
    pub(crate) limit: Option<u16>,
    /// The name of a format; `format` says which there are.
    pub(crate) format: Cow<'static, str>,
    pub(crate) conditions: Vec<Condition>,
    /// The conditions, as `DynamoDB` takes them.
    pub(crate) filter: Option<Filter>,
    pub(crate) sort: Option<Sort>,
    /// The cursors of the pages before this one; the first page has an empty one.
    pub(crate) before: Vec<String>,
    /// The role of the reader. A page offers only what it may do.
    pub(crate) role: Role,
}

/// The attribute by which a page is sorted.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Sort {
    pub(crate) attribute: String,
    pub(crate) descending: bool,
}

/// The first page of all items.
impl Default for Selection {
    fn default() -> Self {
        Self {
            start: None,
            limit: Some(DEFAULT_LIMIT),
            format: Cow::Borrowed(DEFAULT_FORMAT),
            conditions: Vec::new(),
            filter: None,
            sort: None,
            before: Vec::new(),
            role: Role::default(),
        }
    }
}

impl Selection {
    /// The first page of the items for which this is true.
    pub(crate) fn of(condition: Condition) -> Self {
        Self {
            conditions: vec![condition],
            ..Self::default()
        }
    }

    /// The selection for a reader with this role.
    ///
    /// # Errors
    ///
    /// Fails if the role may not read all that is selected.
    pub(crate) fn read_by(self, role: Role) -> Result<Self, WebError> {
        if self.limit.is_none() && !role.may_export() {
            return Err(WebError::NotAllowed);
        }
        Ok(Self { role, ..self })
    }

    /// Whether a page is filled with what a filter finds, from as many pages of `DynamoDB` as it
    /// takes.
    pub(crate) fn is_filled(&self) -> bool {
        self.filter.is_some() && self.limit.is_some()
    }
}
