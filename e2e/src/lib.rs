//! Support for the tests of the whole system, and for those of `local`: a local AWS for each test with
//! clients of the real SDK, the binaries, and proxies between a client and the local AWS.
#![expect(
    clippy::missing_panics_doc,
    clippy::must_use_candidate,
    reason = "only tests use it, and a panic is how a test fails"
)]

mod account;
pub mod binaries;
pub mod company_proxy;
pub mod http;
pub mod images;
pub mod measure;
pub mod pair;
pub mod provider;
pub mod proxy;
pub mod s3;
pub mod shell;
mod wait;

pub use account::{Account, config, free_port, options, parameter};
pub use binaries::command;
pub use wait::until;

/// The directory of the workspace.
pub const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
