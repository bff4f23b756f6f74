use super::{Change, Resource};

/// A resource that is about to be deleted or replaced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ResourceToLose {
    pub(crate) logical_id: String,
    pub(crate) physical_id: String,
    pub(crate) resource_type: String,
}

impl From<&Change> for ResourceToLose {
    fn from(change: &Change) -> Self {
        Self {
            logical_id: change.logical_id.clone(),
            physical_id: change.physical_id.clone(),
            resource_type: change.resource_type.clone(),
        }
    }
}

impl From<&Resource> for ResourceToLose {
    fn from(resource: &Resource) -> Self {
        Self {
            logical_id: resource.logical_id.clone(),
            physical_id: resource.physical_id.clone(),
            resource_type: resource.resource_type.clone(),
        }
    }
}
