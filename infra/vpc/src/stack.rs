use deploy::Stack;

/// The stack, which hands over the VPC and its subnets.
pub static STACK: Stack = Stack::new("vpc", include_str!("../template.yaml"));
