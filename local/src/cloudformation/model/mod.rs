//! Stacks and the data that belongs to them.

mod change;
mod change_set;
mod drift;
mod event;
mod find;
mod record;
mod stack;
mod status;
mod version;

pub(crate) use self::change::{
    Action, AfterValueFrom, Attribute, AttributeChangeType, BeforeValueFrom, Change, ChangeSource,
    Detail, DetailTarget, Evaluation, PolicyAction, Replacement, RequiresRecreation,
    ResourceChange, ValueDrift,
};
pub(crate) use self::change_set::{
    ChangeSet, ChangeSetStatus, ChangeSetType, ExecutionStatus, Imports, Invalid, OnFailure,
    Origin, Validation,
};
pub(crate) use self::drift::{Actual, Drift, DriftStatus, ResourceDrift, StackDriftStatus};
pub(crate) use self::event::{Event, OperationType};
pub(crate) use self::find::{
    by_id, by_id_mut, export, find, find_change_set, find_living_mut, importer, living, output,
    owner,
};
pub(crate) use self::record::{Policy, Record, Secrets};
pub(crate) use self::stack::{FailureOptions, Stack};
pub(crate) use self::status::{ResourceStatus, StackStatus};
pub(crate) use self::version::{Output, Parameter, Version};
