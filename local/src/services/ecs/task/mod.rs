//! A task: its network, and the processes of its containers on this machine.

mod built_in;
mod environment;
mod output;
mod process;

pub(crate) use self::built_in::{crash, run_unhealthy};
pub(super) use self::output::log_stream;
pub(super) use self::process::{Process, exit_code, start};
