//! Operations on one `CloudFormation` stack: deploy, diff, execute, import, destroy, follow, status.
//!
//! Each folder only uses the ones above it:
//!
//! - `model`: the data, such as stacks, statuses, events and changes. It calls nothing.
//! - [`duration`]: durations such as `15m`.
//! - [`render`]: the texts about changes, progress, failures and reports, as pure functions of the
//!   data.
//! - `error`: why a command failed, and what to do, in one sentence.
//! - `output`: where progress and results are printed.
//! - `aws`: every call to AWS, and the polling that waits for its results.
//! - `follow`: following a running operation, and interrupting it.
//! - `operation`: the commands, such as [`deploy()`] and [`destroy()`].
//! - [`cli`]: the command line that the programs of all stacks have in common.

mod aws;
mod error;
mod follow;
mod model;
mod operation;
mod output;

pub mod cli;
pub mod duration;
pub mod render;

pub use aws::{Clients, discard, find, owner, values};
pub use error::Error;
pub use follow::{Following, Observation, Observer};
pub use model::{
    Cause, Change, Contents, Dependent, Deployed, Diff, Difference, Drift, Environment, Event,
    FailedOperation, Failure, HandedOver, Import, Inspection, PREFIX, Parameters,
    PendingInspection, Plan, Prepared, PropertyChange, Read, Resource, Stack, StackDetails,
    StackParameter, StackReport, StackState, Status, UnexecutedPlan, loss,
};
pub use operation::{
    Approval, Options, approve, approve_plan, attach, create_plan, deploy, destroy, diff,
    ensure_unused, execute, execute_plan, import, status,
};
pub use output::{Output, data};
pub use render::{task, task_with};
