//! A task: its network, and the processes of its containers on this machine.
//!
//! [`launch`] starts a task in the background. `prepare` does what Fargate does before a container
//! runs, `containers` runs the containers in their order, and `process` is one of them.

mod built_in;
mod containers;
mod dependencies;
mod environment;
mod environment_files;
mod exec;
mod health;
mod image;
mod launch;
mod leftovers;
mod listening;
mod logging;
mod memory;
mod multiline;
mod output;
mod permissions;
mod prepare;
mod process;
mod processor;
mod pushed;
mod restarts;
mod secrets;
mod states;

pub(crate) use self::built_in::{crash, run_unhealthy};
pub(super) use self::exec::agent_status;
pub(super) use self::launch::{End, Launch, Stage, Task, launch};
pub(super) use self::logging::log_stream;
pub(super) use self::memory::{family_of, used as used_memory};
pub(super) use self::permissions::{needs, put_access};
pub(super) use self::processor::worked;
