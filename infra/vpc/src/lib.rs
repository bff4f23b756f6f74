//! The stack `vpc`: the network, a VPC with public and private subnets.
//!
//! It hands over the VPC and its subnets to the stack `container` as SSM parameters. `vpc use` does
//! the same for an existing network (`network/`).

mod error;
mod flags;
mod network;
mod stack;

pub mod cli;

pub use error::Error;
pub use flags::Flags;
pub use network::{Network, forget, use_network};
pub use stack::STACK;
