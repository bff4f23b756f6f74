//! The networks of tasks: one each, with the private address of the task's network interface.
//!
//! On Linux it is a network namespace, so that a program listens on the port that it likes. Elsewhere,
//! the built-in images listen on a free port of this machine instead, and pushed images cannot run.

mod agent;
mod attachment;
mod connector;
mod host_name;
#[cfg(target_os = "linux")]
mod namespace;
mod registry;
#[cfg(target_os = "linux")]
mod users;

pub(crate) use self::agent::AGENT;
pub(crate) use self::attachment::Attachment;
pub(crate) use self::connector::TaskConnector;
pub(crate) use self::host_name::host_name;
pub(crate) use self::registry::Networks;
