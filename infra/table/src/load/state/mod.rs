//! The state of a load: what is in flight, what is written, and what to report.

mod in_flight;
mod rejected;
mod report;
mod tracker;

pub(super) use tracker::Tracker;
