//! Deploys or deletes all three stacks: network, table and service.

mod down;
mod program;
mod timeline;
mod up;

pub use down::{Down, down};
pub use up::{Up, up};
