//! Following a running operation: its events are polled and shown until the stack is settled.

mod cancel;
mod following;
mod interrupt;
mod observer;
mod outcome;
mod poller;
mod screen;
mod view;
mod watch;

pub use following::Following;
pub use observer::{Observation, Observer};
pub(crate) use outcome::{failures, succeeded};
pub(crate) use watch::{Operation, follow};
