//! The connections of the clients.
//!
//! [`serve`] accepts them. A [`Connection`](connection::Connection) knows whether its client is idle, sends a
//! request or takes an answer, and since when. A watch looks at all of them several times a second, and closes
//! those that take too long. If there are too many, the ones that have been idle the longest go first. If too
//! much is held for readers, the slowest go.

mod accept;
mod body;
mod connection;
mod http;
mod limits;
mod peer;
mod registry;
mod stream;

pub(crate) use accept::{listen, serve};
pub use limits::Limits;
pub(crate) use limits::raise_file_limit;
pub(crate) use peer::Peer;
