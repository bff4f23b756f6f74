//! Systems Manager Parameter Store: what the stacks hand to each other, and the app's credentials.

mod api;
mod name;
mod parameter;
mod parameters;

pub(crate) use self::api::handle;
pub(crate) use self::parameter::Parameter;
pub(crate) use self::parameters::Parameters;
