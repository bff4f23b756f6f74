//! Intrinsic functions, pseudo parameters and dynamic references.

mod conditions;
mod extensions;
mod network;
mod references;
mod rules;
mod scope;
mod stack_output;
mod sub;
mod table;
mod text;
mod values;

pub(super) use self::conditions::condition;
pub(super) use self::rules::{Resources, check_rules};
pub(super) use self::scope::{Inputs, Lookup, Scope};
pub(super) use self::table::scope;
