//! An existing network: its VPC and subnets are handed over to the stack `container` without a stack
//! of their own.

mod arguments;
mod hand_over;

pub use arguments::Network;
pub use hand_over::{forget, use_network};
