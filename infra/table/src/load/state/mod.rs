//! The state of a load: the batches in flight, the written position, and the messages about it.

mod in_flight;
mod rejected;
mod report;
mod tracker;

pub(super) use tracker::Tracker;
