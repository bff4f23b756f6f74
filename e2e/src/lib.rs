//! What the tests of the whole share: a local AWS of their own for each test, the clients of the real
//! SDK, the binaries, and what stands between a client and the local AWS.
//!
//! The tests of `local` use it, too.
#![expect(
    clippy::missing_panics_doc,
    clippy::must_use_candidate,
    reason = "a helper of a test panics where the test has failed"
)]

mod account;
pub mod binaries;
pub mod company_proxy;
pub mod http;
pub mod images;
pub mod measure;
pub mod pair;
pub mod proxy;
pub mod shell;
mod wait;

pub use account::{Account, config, free_port, options, parameter};
pub use binaries::command;
pub use wait::until;

/// The directory of the workspace.
pub const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
