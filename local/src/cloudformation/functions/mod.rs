//! Intrinsic functions, pseudo parameters and dynamic references.

mod cidr;
mod conditions;
mod dynamic;
mod network;
mod references;
mod scope;
mod sub;
mod table;
mod text;
mod values;

pub(crate) use self::cidr::Block;
pub(super) use self::conditions::condition;
pub(crate) use self::scope::KNOWN_AFTER_APPLY;
pub(super) use self::scope::{Inputs, Lookup, Scope};
pub(super) use self::table::scope;
