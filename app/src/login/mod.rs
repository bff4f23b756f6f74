//! Who may see the pages: HTTP Basic authentication with the accounts of the configuration.

mod accounts;
mod basic;

pub(crate) use basic::{Login, User, require};
