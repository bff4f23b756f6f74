//! What the binary consists of: its crates, for the binary itself and for the bill of materials (SBOM).
//!
//! | file | what it does |
//! |---|---|
//! | `crates.rs` | lists the crates of a build, as cargo reports them |
//! | `lockfile.rs` | reads the digests of crates from `Cargo.lock` |
//! | `embedded.rs` | writes the list into the binary, in the form of `cargo auditable` |
//! | `section.rs` | adds a section to an ELF file |
//! | `cyclonedx.rs` | writes the SBOM of everything in the image |
//! | `runtime.rs` | the parts that are no crates: Rust's standard library, and the C library |

mod crates;
mod cyclonedx;
mod embedded;
mod lockfile;
mod runtime;
mod section;

pub(super) use crates::{Crate, crates};
pub(super) use cyclonedx::{Contents, bill, describes};
pub(super) use embedded::with_crates;
pub(super) use runtime::Runtime;
