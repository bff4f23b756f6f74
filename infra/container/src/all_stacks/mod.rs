//! Bringing all three stacks up or down: network, table, and the service itself.

mod down;
mod program;
mod timeline;
mod up;

pub use down::{Down, down};
pub use up::{Up, up};
