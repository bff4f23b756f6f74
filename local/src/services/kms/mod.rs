//! Key Management Service: symmetric keys that really encrypt, and their aliases.

mod alias;
mod api;
mod crypto;
mod key;
mod keys;
mod permissions;
mod policies;
mod rules;
mod usage;

pub(crate) use self::alias::Alias;
pub(crate) use self::api::handle;
pub(crate) use self::key::Key;
pub(crate) use self::keys::{Keys, policy};
pub(crate) use self::permissions::{key_arn, needed};
pub(crate) use self::policies::{has_resource_policies, resource_policy};
pub(crate) use self::rules::RULES;
pub(crate) use self::usage::{Unusable, Usage};
