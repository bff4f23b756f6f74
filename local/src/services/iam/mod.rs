//! IAM: roles and policies, by name only. The local AWS checks no permissions.

mod managed_policy;
mod policy;
mod role;
mod rules;

pub(crate) use self::managed_policy::ManagedPolicy;
pub(crate) use self::policy::Policy;
pub(crate) use self::role::Role;
pub(crate) use self::rules::RULES;
