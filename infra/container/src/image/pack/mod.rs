//! Makes the image of `dist/`: layers, configuration and manifest, and what is attached to it.

mod archive;
mod attachment;
mod blob;
mod compression;
mod image;
mod layer;
mod layout;
mod manifest;
mod provenance;
mod signature;

pub use attachment::Attachment;
pub use blob::Blob;
pub use compression::Compression;
pub use image::{Image, build};
pub use layer::Layer;
pub(super) use layer::pack_binary;
pub use signature::SigningKey;
