//! Observes the service while it is rolled out.
//!
//! When a rollback has removed the service, the reasons of ECS, the load balancer and the log are
//! gone. So they are collected while the operation runs, and reported if it fails.

mod log_lines;
mod observations;
mod observer;
mod report;
mod service;
mod targets;
mod tasks;
mod way_out;

pub(crate) use observer::ServiceObserver;
