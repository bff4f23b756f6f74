//! The whole architecture on one machine: an AWS endpoint on loopback against which the same
//! binaries deploy the same templates, with an embedded DynamoDB, tasks that run and a load
//! balancer that balances.

mod account;
mod aws;
mod cloudformation;
mod endpoint;
mod options;
mod page;
mod resources;
mod server;
mod services;

pub use options::{Options, Runtime};
pub use server::{Demo, Local, main, start};
