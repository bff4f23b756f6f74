//! A task: a process on this machine. It is the program itself, or the supervisor of a container.

mod environment;
mod failing_images;
mod image;
mod output;
mod podman;
mod process;
mod supervisor;

pub(crate) use self::failing_images::{crash, run_unhealthy};
pub(crate) use self::image::become_image;
pub(super) use self::output::log_stream;
pub(crate) use self::podman::find as find_podman;
pub(super) use self::podman::forget_images;
pub(super) use self::process::{Process, exit_code, start};
pub(crate) use self::supervisor::supervise as supervise_container;
