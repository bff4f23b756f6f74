//! CloudWatch Logs: the output of the tasks, by log group and log stream.

mod api;
mod insights;
mod lines;
mod log_group;
mod pattern;
mod permissions;
mod queries;
mod rules;

pub(crate) use self::api::{handle, live_tail};
pub(crate) use self::lines::Groups;
pub(crate) use self::log_group::LogGroup;
pub(crate) use self::permissions::needed;
pub(crate) use self::rules::RULES;
