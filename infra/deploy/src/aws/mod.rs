//! Every call to AWS, and the polling that waits for its results.

mod change_set_request;
mod change_sets;
mod changes;
mod clients;
mod drift;
mod error;
mod events;
mod operations;
mod parameters;
mod poll;
mod stacks;
mod text;
mod validation;
mod wait;

pub(crate) use change_set_request::{ChangeSetKind, ChangeSetRequest};
pub use change_sets::discard;
pub(crate) use change_sets::{create_change_set, find_change_set};
pub use clients::Clients;
pub(crate) use drift::detect_drift;
pub(crate) use events::{events_of, latest_start, latest_status, unseen_events};
pub(crate) use operations::{
    cancel_update, continue_rollback, delete_stack, execute_change_set, set_termination_protection,
};
pub use parameters::{owner, values};
pub(crate) use poll::Poll;
pub use stacks::find;
pub(crate) use stacks::{all_stacks, existing, resources, resources_ever, template_of};
pub(crate) use wait::{
    Described, delete_unreviewed, wait_for_description, wait_until_gone, wait_until_settled,
};
