//! Secrets Manager: secrets with their versions.

mod api;
mod generate;
mod permissions;
mod policies;
mod resource_policy;
mod secret;
mod secrets;

pub(crate) use self::api::handle;
pub(crate) use self::permissions::{accesses_of_key, check_keys, full_arn, needed};
pub(crate) use self::policies::{RULES, has_resource_policies, resource_policy};
pub(crate) use self::resource_policy::ResourcePolicy;
pub(crate) use self::secret::Secret;
pub(crate) use self::secrets::Secrets;
