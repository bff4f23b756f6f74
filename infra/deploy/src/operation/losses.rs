//! What is about to be lost, looked at once more: drift and the number of items.

use crate::consequence::TABLE;
use crate::items::Items;
use crate::state::Resource;
use crate::{Change, Clients, Output, drift, items, render};

/// A resource that is going to be deleted or replaced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Lost {
    pub(crate) logical_id: String,
    pub(crate) physical_id: String,
    pub(crate) resource_type: String,
}

impl From<&Change> for Lost {
    fn from(change: &Change) -> Self {
        Self {
            logical_id: change.logical_id.clone(),
            physical_id: change.physical_id.clone(),
            resource_type: change.resource_type.clone(),
        }
    }
}

impl From<&Resource> for Lost {
    fn from(resource: &Resource) -> Self {
        Self {
            logical_id: resource.logical_id.clone(),
            physical_id: resource.physical_id.clone(),
            resource_type: resource.resource_type.clone(),
        }
    }
}

/// Shows what was changed by hand in the tables among these resources, and how many items they
/// have; gives the question's own words for it, as `3 items`.
///
/// What cannot be found out is said, and is no reason not to go on.
pub(crate) async fn show_losses(
    clients: &Clients,
    stack_id: &str,
    lost: &[Lost],
    output: Output,
) -> Vec<String> {
    let tables: Vec<_> = lost
        .iter()
        .filter(|lost| lost.resource_type == TABLE)
        .collect();
    let mut losses = Vec::new();
    for table in &tables {
        let counted = items::count(clients, &table.physical_id).await;
        output.progress(&render::items(&table.physical_id, counted.as_ref()));
        if let Ok(Some(items)) = counted
            && items != Items::Counted(0)
        {
            losses.push(render::number_of_items(items));
        }
    }
    if !tables.is_empty() {
        let ids = tables
            .iter()
            .map(|table| table.logical_id.clone())
            .collect();
        let found = drift::detect(clients, stack_id, Some(ids)).await;
        output.progress(&render::drift_before_loss(found.as_deref()));
    }
    losses
}
