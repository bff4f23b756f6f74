//! Builds the app as a static binary, and fills `dist/`.

mod build;
mod certificates;
mod revision;
mod toolchain;

pub use build::build_app;
