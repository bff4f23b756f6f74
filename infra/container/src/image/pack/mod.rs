//! Makes the image of `dist/`: layers, configuration and manifest.

mod archive;
mod blob;
mod compression;
mod image;
mod layer;
mod layout;
mod manifest;

pub use blob::Blob;
pub use compression::Compression;
pub use image::{Image, build};
pub use layer::Layer;
pub(super) use layer::pack_binary;
