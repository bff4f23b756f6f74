use deploy::Stack;

/// The stack, which writes the ids of the VPC and its subnets to SSM parameters.
pub static STACK: Stack = Stack::new("vpc", include_str!("../template.yaml"));
