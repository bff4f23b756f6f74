//! The image of the app, from the sources to a registry, without Docker.
//!
//! | folder | what it does |
//! |---|---|
//! | `bill/` | lists the crates of the app, and writes the bill of materials |
//! | `build_app/` | builds the app and fills `dist/` |
//! | `dist/` | reads `dist/` and checks it |
//! | `pack/` | makes the image of `dist/` in memory, and writes it to disk |
//! | `registry/` | pushes the image to any registry |
//! | `ecr/` | the repository in AWS: creates it, pushes to it, keeps images in use |
//!
//! The same `dist/` always gives the same digest. Nothing in the image depends on a clock, a user, a
//! directory or the order of its entries.

mod architecture;
mod bill;
mod build_app;
mod digest;
mod dist;
mod error;
mod files;
mod pack;
mod registry;

pub mod cli;
pub mod ecr;

pub use architecture::Architecture;
pub use build_app::build_app;
pub use dist::{BuildInfo, Dist, default_dist, source_digest};
pub use error::Error;
pub use pack::{Attachment, Blob, Compression, Image, Layer, SigningKey, build};
pub use registry::{Attached, Login, Pushed, Registry, Sent, push};
