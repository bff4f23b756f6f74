//! The accounts of the app: an SSM parameter with `user:password` or `role/user:password` for each, separated by
//! white space. It is not part of the stack, because `CloudFormation` cannot create a `SecureString`.
//!
//! - [`first`]: the account that a deployment creates.
//! - [`commands`]: `container credentials show`, `set`, `rotate` and `remove`.
//! - [`accounts`]: what the parameter says, and what a command makes of it.
//! - [`merge`]: what two commands make of it at the same moment.
//! - [`change`]: writes the parameter without losing what somebody else writes at the same moment.
//!
//! A user has two passwords while one replaces the other, and the newest stands last. No password is in an error, a
//! log or the arguments of a command.

mod account;
mod accounts;
mod change;
mod commands;
mod first;
mod live;
mod merge;
mod parameter;
mod password;
mod role;
mod table;

pub(crate) use commands::Credentials;
pub(crate) use first::{create_if_missing, delete, exist, how_to_read, name};
