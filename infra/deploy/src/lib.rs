//! The life of one `CloudFormation` stack: deploy, diff, destroy, status.
//!
//! Fetching ([`state`], change sets, events), what follows from it, and printing are three things:
//! everything that a person reads is computed by a pure function in [`render`], and nothing is
//! printed that the caller's [`Output`] did not ask for.

mod approval;
mod change_set;
mod clients;
mod dependents;
mod deploy;
mod destroy;
mod diff;
mod error;
mod events;
mod options;
mod output;
mod poll;
mod recover;
mod stack;

pub mod cli;
pub mod render;
pub mod state;

pub use approval::Approval;
pub use aws_sdk_ssm as ssm;
pub use change_set::{Change, Plan, PropertyChange, discard};
pub use clients::Clients;
pub use dependents::Dependent;
pub use deploy::{Approved, Deployed, approve, deploy, execute};
pub use destroy::destroy;
pub use diff::{Diff, Outcome, diff};
pub use error::Error;
pub use events::{Event, Failure};
pub use options::{Options, Parameters};
pub use output::Output;
pub use stack::Stack;
pub use state::{StackState, Status, find, status};
