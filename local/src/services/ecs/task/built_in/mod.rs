//! The images that are built into the local AWS: the app, and two that fail, to see how a deployment
//! reports it.
//!
//! They are like the image of the `Dockerfile`: a program, its files and a user, and no shell. On Linux,
//! they run as every other image does. Elsewhere, their program runs on this machine.

mod bare;
mod programs;

use std::path::PathBuf;

pub(super) use self::bare::arguments;
pub(crate) use self::programs::{crash, run_unhealthy};

/// The user of the images, which no file names.
pub(super) const USER: &str = "65532:65532";

/// The directory that the app's files are in, and that its program starts in.
pub(super) const DIRECTORY: &str = "/";

/// An image that is built in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::services::ecs) struct BuiltIn {
    /// The name of the image, without its tag.
    name: &'static str,
    /// The program in the image.
    pub(super) entry_point: &'static str,
    /// The role of the local AWS's own program that it is, where it runs on this machine.
    pub(super) role: &'static str,
}

const ALL: [BuiltIn; 3] = [
    BuiltIn {
        name: "local/showtable",
        entry_point: "/showtable",
        role: "task",
    },
    // Its container prints why, and exits.
    BuiltIn {
        name: "local/crashes",
        entry_point: "/crashes",
        role: "task-crashes",
    },
    // Its container runs, but answers every request with 500.
    BuiltIn {
        name: "local/unhealthy",
        entry_point: "/unhealthy",
        role: "task-unhealthy",
    },
];

/// The image of this name; `None` if it is not built in.
pub(super) fn find(image: &str) -> Option<BuiltIn> {
    // Two tags are two images for a deployment, which can then return from the one to the other.
    let (name, tag) = image.split_once(':').unwrap_or((image, "latest"));
    if tag.contains([':', '/']) {
        return None;
    }
    ALL.into_iter().find(|known| known.name == name)
}

/// The app's static files: those of the checkout, wherever the local AWS is started.
pub(super) fn static_directory() -> PathBuf {
    let here = PathBuf::from("static");
    if here.is_dir() {
        return std::path::absolute(&here).unwrap_or(here);
    }
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../static"))
}
