//! Who may see the pages: HTTP Basic authentication with the accounts of the configuration.
//!
//! [`Accounts`](accounts::Accounts) have no passwords, only digests of them. [`Guard`](guard::Guard) counts the
//! failed logins of each [`Client`] and each account, and refuses more of them for a while.

mod accounts;
mod basic;
mod client;
mod digest;
mod entrance;
mod guard;
mod known;
mod tries;

#[cfg(test)]
pub(crate) use accounts::Accounts;
pub(crate) use basic::{Login, User};
pub(crate) use client::Client;
pub(crate) use entrance::{Entrance, require};
