use deploy::render::Shown;

/// Why a command for the network failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// An error that every stack can have.
    #[error(transparent)]
    Deploy(#[from] deploy::Error),
    /// There is only one subnet for the load balancer.
    #[error("a load balancer needs subnets in two zones: name two subnets or more with --public")]
    OneZone,
    /// An SSM parameter belongs to a stack.
    #[error(
        "{} belongs to the stack {stack}: destroy that stack first, or choose another environment with --env",
        Shown(name)
    )]
    Owned {
        /// The name of the parameter.
        name: String,
        /// The stack that it belongs to.
        stack: String,
    },
}
