//! Intrinsic functions, pseudo parameters and dynamic references.

mod conditions;
mod dynamic;
mod network;
mod references;
mod scope;
mod sub;
mod table;
mod text;
mod values;

pub(super) use self::conditions::condition;
pub(super) use self::scope::{Inputs, Lookup, Scope};
pub(super) use self::table::scope;
