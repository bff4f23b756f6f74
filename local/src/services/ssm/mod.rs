//! Systems Manager Parameter Store: the values that stacks pass to each other, and the app's login.

mod api;
mod keys;
mod name;
mod parameter;
mod parameters;
mod permissions;
mod rules;

pub(crate) use self::api::handle;
pub(crate) use self::keys::{accesses_of_key, check_keys};
pub(crate) use self::parameter::Parameter;
pub(crate) use self::parameters::Parameters;
pub(crate) use self::permissions::needed;
pub(crate) use self::rules::RULES;
