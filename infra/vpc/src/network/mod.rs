//! An existing network: writes its VPC and subnets to the SSM parameters that the stack `container`
//! reads, without creating a stack.

mod arguments;
mod hand_over;

pub use arguments::Network;
pub use hand_over::{forget, use_network};
