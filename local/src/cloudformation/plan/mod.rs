//! What a deployment would do: the resolved template, compared with the stack as it is.

mod change_set;
mod changes;
mod context;
mod import;
mod lookup;
mod modification;
mod refusal;
mod revert;
mod target;
mod wanted;

pub(super) use self::change_set::{Request, change_set};
pub(super) use self::lookup::{lookup_existing, lookup_listed};
pub(super) use self::modification::{differing, needs_replacement};
pub(super) use self::refusal::NO_CHANGES;
pub(super) use self::revert::with_drift;
pub(super) use self::target::Target;
pub(super) use self::wanted::{TemplateSource, Wanted};
