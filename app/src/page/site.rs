use std::sync::Arc;

use crate::assets::Assets;
use crate::table::Table;

/// What the pages about the table and about one item are made of.
#[derive(Clone, Debug)]
pub(crate) struct Site {
    pub(crate) table: Arc<Table>,
    pub(crate) assets: Arc<Assets>,
}
