//! Pushes an image to a registry that speaks the OCI distribution protocol.

mod challenge;
mod connection;
mod failure;
mod limits;
mod login;
mod progress;
mod response;
mod retry;
mod session;
mod target;
mod verify;

pub mod push;

pub use login::Login;
pub use push::{Pushed, Sent};
pub use target::Registry;
