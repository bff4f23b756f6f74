//! Creates, updates and deletes the resources of a stack in the order of their dependencies, in
//! parallel if possible, and rolls back if something fails.

mod cancellations;
mod cleanup;
mod delete;
mod delete_all;
mod deploy;
mod drift;
mod followers;
mod forward;
mod import;
mod notify;
mod races;
mod reason;
mod restore;
mod results;
mod resume;
mod rollback;
mod run;
mod start;
mod step;
mod step_input;
mod timeout;
mod verb;

pub(crate) use self::cancellations::Cancellations;
pub(super) use self::delete::delete;
pub(super) use self::deploy::deploy;
pub(super) use self::drift::{detect, drifted};
pub(crate) use self::followers::Followers;
pub(super) use self::import::{import, importable};
pub(super) use self::notify::notify;
pub(crate) use self::resume::resume;
pub(super) use self::rollback::{continue_rollback, roll_back_failed};
pub(super) use self::start::start;
