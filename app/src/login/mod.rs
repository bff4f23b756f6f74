//! Who may see the pages: HTTP Basic authentication with the accounts of the configuration, or users for whom the
//! load balancer vouches ([`Vouched`](vouched::Vouched)).
//!
//! [`Accounts`](accounts::Accounts) have no passwords, only digests of them. [`Guard`](guard::Guard) counts the
//! failed logins of each [`Client`] and each account, and refuses more of them for a while. A [`User`] has a [`Role`],
//! which says what it may do.

mod accounts;
mod basic;
mod client;
mod digest;
mod entrance;
mod guard;
mod known;
mod role;
mod tries;
mod user;
mod vouched;

#[cfg(test)]
pub(crate) use accounts::Accounts;
pub(crate) use basic::Login;
pub(crate) use client::Client;
pub(crate) use entrance::{Entrance, require};
pub(crate) use role::Role;
pub(crate) use user::User;
pub use vouched::OidcOptions;
