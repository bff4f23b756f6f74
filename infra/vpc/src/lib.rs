//! The stack `vpc`: the network, a VPC with public and private subnets.
//!
//! It writes the ids of the VPC and its subnets to SSM parameters, which the stack `container` reads.
//! `vpc use` does the same for an existing network (`network/`).

mod error;
mod flags;
mod network;
mod stack;

pub mod cli;

pub use error::Error;
pub use flags::Flags;
pub use network::{Network, forget, use_network};
pub use stack::STACK;
