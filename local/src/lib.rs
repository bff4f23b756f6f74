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

// The old paths, for the modules that still name them.
pub(crate) use account as faults;
pub(crate) use account as inventory;
pub(crate) use aws as protocol;
pub(crate) use aws::json;
pub(crate) use resources as resource_types;
pub(crate) use services::ec2;

pub use options::{Options, Runtime};
pub use server::{Demo, Local, main, start};
