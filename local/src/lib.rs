//! The whole architecture on one machine: an AWS endpoint on loopback against which the same
//! binaries deploy the same templates, with an embedded DynamoDB, tasks that run and a load
//! balancer that balances.
//!
//! One module for each AWS service; the module `local AWS` is what they share.

mod account;
mod autoscaling;
mod cloudformation;
mod demo;
mod dynamodb;
mod ec2;
mod ecr;
mod ecs;
mod elb;
mod endpoint;
mod faults;
mod faulty;
mod iam;
mod inventory;
mod json;
mod logs;
mod options;
mod pace;
mod page;
mod protocol;
mod registry;
mod resource_types;
mod resources;
mod server;
mod ssm;
mod store;
mod sts;

pub use demo::Demo;
pub use options::{Options, Runtime};
pub use server::{Local, main, start};
