//! `dist/`: everything that the image is made of.

mod directory;
mod elf;
mod sources;
mod workspace;

pub(super) use directory::{ASSETS, BILL, BINARY, BUILD, CERTIFICATES, PACKED};
pub use directory::{BuildInfo, Dist};
pub use sources::source_digest;
pub(super) use sources::{DIRECTORIES, EXCLUDED, FILES};
pub use workspace::default_dist;
pub(super) use workspace::root;
