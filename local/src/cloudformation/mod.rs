//! CloudFormation: stacks, change sets and events, as AWS's API shows them.
//!
//! `api` answers the actions, `engine` carries them out, `plan` computes the changes, `functions`
//! resolves a template, `template` reads it, and `model` has the stored data. Each folder uses only
//! the ones named after it. `transform`, between `plan` and `functions`, expands loops. `nested` and
//! `waiting` are the resource types of CloudFormation itself: stacks within a stack, and wait conditions.

mod api;
mod engine;
mod functions;
mod fuzzing;
mod model;
mod nested;
mod permissions;
mod plan;
mod template;
mod transform;
mod waiting;

pub(crate) use self::api::handle;
pub(crate) use self::engine::{Cancellations, Followers, resume};
pub(crate) use self::fuzzing::fuzz;
pub(crate) use self::model::Stack;
pub(crate) use self::nested::NestedStack;
pub(crate) use self::permissions::needed;
pub(crate) use self::waiting::{Signals, WaitCondition, WaitConditionHandle, router};
