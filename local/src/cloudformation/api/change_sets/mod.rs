//! Change sets: created, described, executed and deleted.

mod create;
mod delete;
mod describe;
mod execute;

pub(super) use self::create::create;
pub(super) use self::delete::delete;
pub(super) use self::describe::{describe, list};
pub(super) use self::execute::execute;
