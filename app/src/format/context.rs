use std::sync::Arc;

use super::properties::Properties;
use crate::assets::Assets;
use crate::key::KeyNames;
use crate::query::Selection;
use crate::table::TableName;

/// What a writer may know about the answer.
#[derive(Clone)]
pub(crate) struct Context {
    /// The name of the table.
    pub(crate) table: Arc<TableName>,
    /// The names of the key's attributes, if they are known.
    pub(crate) key: Option<KeyNames>,
    pub(crate) selection: Arc<Selection>,
    pub(crate) assets: Arc<Assets>,
    /// All formats, for the links to them.
    pub(crate) formats: Vec<&'static Properties>,
}
