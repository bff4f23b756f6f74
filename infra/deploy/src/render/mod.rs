//! The texts about changes, progress, failures and reports: pure functions of the data.
//!
//! Short messages of one sentence are beside the code that prints them. The text "What the service
//! showed…" below a failure comes from the observer of the stack `container`, in its
//! `rollout/report.rs`.
//!
//! | message | file |
//! |---|---|
//! | an operation failed or was rolled back: the root cause, and what to do | `failure.rs` |
//! | what to do about the known messages of AWS | `way_out.rs` |
//! | any other error, in one sentence | [`crate::Error`], in `error.rs` |
//! | a running operation: the live tree | `progress.rs` |
//! | a running operation: one event on one line | `event.rs` |
//! | what the program is doing, and why | `messages.rs` |
//! | the changes of a change set | `changes.rs` |
//! | a change set that is kept | `kept_change_set.rs` |
//! | a deployed stack: its outputs | `stack.rs` |
//! | the result of `status` | `report.rs` |
//! | the result of `diff` | `diff.rs` |
//! | what was changed by hand | `drift.rs` |
//! | what is lost by a deletion, and the question | `destruction.rs` |
//! | a `task` command | `task.rs` |
//!
//! Values from outside are put into a text as [`Shown`], which makes control characters visible.

mod changes;
mod destruction;
mod diff;
mod drift;
mod event;
mod failure;
mod kept_change_set;
mod messages;
mod progress;
mod report;
mod shown;
mod stack;
mod task;
mod text;
mod way_out;

#[cfg(test)]
mod escaping_tests;
#[cfg(test)]
mod tests;

pub use changes::changes;
pub use destruction::destruction;
pub(crate) use destruction::{drift_before_loss, question_of_destruction};
pub use drift::drift;
pub use event::event;
pub(crate) use event::{DONE, FAILED, settled_resource};
pub(crate) use failure::{failed, invalid};
pub(crate) use messages::{
    continued_rollback, dependents, lagging_description, observer_note, running, still_used,
    timeout,
};
pub(crate) use progress::tree;
pub use report::details;
pub use shown::Shown;
pub(crate) use shown::{visible, visible_json};
pub use stack::deployed;
pub use task::{task, task_with};
