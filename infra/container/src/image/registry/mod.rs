//! Pushes an image to a registry that speaks the OCI distribution protocol.

mod attach;
mod challenge;
mod connection;
mod failure;
mod limits;
mod login;
mod progress;
mod response;
mod retry;
mod send;
mod session;
mod target;
mod verify;

pub mod push;

pub use attach::Attached;
pub use login::Login;
pub use push::Pushed;
pub use send::Sent;
pub use target::Registry;
