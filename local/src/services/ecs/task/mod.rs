//! A task: a process of this machine, in the place of a container or with one to look after.

mod environment;
mod faulty;
mod image;
mod keeper;
mod output;
mod podman;
mod process;

pub(crate) use self::faulty::{crash, run_unhealthy};
pub(crate) use self::image::become_image;
pub(crate) use self::keeper::keep as keep_container;
pub(super) use self::output::log_stream;
pub(crate) use self::podman::find as find_podman;
pub(super) use self::podman::forget_images;
pub(super) use self::process::{Process, exit_code, start};
