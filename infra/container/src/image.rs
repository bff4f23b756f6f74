//! The image of the app, from a binary to a registry, without Docker.
//!
//! [`build_app`] fills `dist/`, [`Dist::open`] checks what is in it, [`build`] makes the image of
//! it, and [`push`](push::push), [`ecr`] and [`Image::write_layout`] bring it where it is needed.
//! The same `dist/` gives the same digest, on any machine and at any time: nothing in the image
//! depends on a clock, a user, a folder or the order of a directory.

mod answer;
mod architecture;
mod archive;
mod build_app;
mod certificates;
mod challenge;
mod compression;
mod digest;
mod dist;
mod error;
mod files;
mod git;
mod layer;
mod layout;
mod login;
mod manifest;
mod progress;
mod registry;
mod retry;
mod session;
mod source;
mod toolchain;
mod verify;
mod workspace;

pub mod cli;
pub mod ecr;
pub mod push;

pub use architecture::Architecture;
pub use build_app::build_app;
pub use compression::Compression;
pub use dist::{BuildInfo, Dist};
pub use error::Error;
pub use layer::Layer;
pub use login::Login;
pub use manifest::{Blob, Image, build};
pub use push::{Pushed, Registry, Sent};
pub use source::source_digest;
pub use workspace::default_dist;
