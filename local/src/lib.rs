//! A local AWS that runs the whole architecture on one machine. The deployers use its endpoint on
//! 127.0.0.1 like AWS. DynamoDB is an embedded database, ECS tasks are processes, and the load
//! balancer is a real HTTP proxy.
//!
//! | module | contents |
//! |---|---|
//! | `options` | the command line |
//! | `server` | the program: its start, its end, and the demo that it deploys |
//! | `endpoint` | the AWS endpoint: finds the service of a request |
//! | `explain` | `local explain`: what gets through the network |
//! | `page` | the page in the browser |
//! | `cloudformation` | stacks and change sets |
//! | `resources` | resource types: one trait, one line of registration each |
//! | `services` | a folder a service: its API, its resource types, its state |
//! | `containers` | how a task runs on this machine: its network and the inside of its containers |
//! | `account` | the state that all of them share, and where it is saved |
//! | `aws` | the parts of AWS that all services share: ids, time, errors, protocols |

mod account;
mod aws;
mod cloudformation;
mod containers;
mod endpoint;
mod explain;
#[doc(hidden)]
pub mod fuzzing;
mod options;
mod page;
mod resources;
mod server;
mod services;

pub use options::Options;
pub use server::{Demo, Local, main, start};
