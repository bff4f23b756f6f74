//! Key Management Service: symmetric keys that really encrypt, and their aliases.

mod alias;
mod api;
mod crypto;
mod key;
mod keys;
mod rules;

pub(crate) use self::alias::Alias;
pub(crate) use self::api::handle;
pub(crate) use self::key::Key;
pub(crate) use self::keys::{Keys, policy};
pub(crate) use self::rules::RULES;
