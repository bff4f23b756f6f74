//! The life of one `CloudFormation` stack: deploy, diff, destroy, status.
//!
//! Fetching ([`state`], change sets, events), what follows from it, and printing are three things:
//! everything that a person reads is computed by a pure function in [`render`], and nothing is
//! printed that the caller's [`Output`] did not ask for.

mod approval;
mod attach;
mod change;
mod change_set;
mod clients;
mod consequence;
mod dependents;
mod deploy;
mod described;
mod destroy;
mod diff;
mod drift;
mod environment;
mod error;
mod events;
mod failure;
mod follow;
mod following;
mod hand_overs;
mod import;
mod interrupt;
mod items;
mod loss;
mod options;
mod output;
mod poll;
mod progress;
mod protection;
mod recover;
mod screen;
mod stack;
mod template;
mod unchanged;
mod validation;
mod witness;

pub mod cli;
pub mod duration;
pub mod render;
pub mod state;

pub use approval::Approval;
pub use attach::attach;
pub use aws_sdk_dynamodb as dynamodb;
pub use aws_sdk_ssm as ssm;
pub use change::{Change, PropertyChange};
pub use change_set::{Plan, discard};
pub use clients::Clients;
pub use consequence::loss;
pub use dependents::{Dependent, ensure_unused};
pub use deploy::{Deployed, Prepared, approve, approve_plan, deploy, execute, execute_plan, leave};
pub use destroy::destroy;
pub use diff::{Diff, diff};
pub use drift::{Difference, Drift};
pub use environment::Environment;
pub use error::Error;
pub use events::{Event, Failure};
pub use failure::FailedOperation;
pub use following::Following;
pub use hand_overs::{HandedOver, Read, owner, values};
pub use import::{Import, import};
pub use items::Items;
pub use options::{Options, Parameters};
pub use output::{Output, data};
pub use stack::{PREFIX, Stack, task};
pub use state::{StackState, Standing, Status, find, status};
pub use witness::{Look, Witness};
