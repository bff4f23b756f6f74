//! CloudFormation: stacks, change sets and events, as AWS's API shows them.
//!
//! `api` answers the actions, `engine` carries them out, `plan` computes what would change,
//! `functions` resolves a template, `template` reads it, and `model` is what stays. Each uses only
//! those after it.

mod api;
mod engine;
mod functions;
mod model;
mod plan;
mod template;

pub(crate) use self::api::handle;
pub(crate) use self::engine::{Cancellations, resume};
pub(crate) use self::model::Stack;
