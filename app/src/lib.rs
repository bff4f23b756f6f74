//! A web page that shows the items of a `DynamoDB` table.
//!
//! [`main`] is the whole program. [`run`], [`serve`] and [`router`] are its parts, from the outside
//! to the inside. Each can be called on its own, with its own end signal and its own listener.
//!
//! A request goes one way:
//!
//! | step | module | what it does |
//! |---|---|---|
//! | 0 | `connections` | accepts the clients, and closes those that are too many or too slow |
//! | 1 | `router` | finds the page of an address |
//! | 2 | `web`, `login` | do what every request needs: id, log line, error page; the login |
//! | 3 | `page` | has one handler for each page |
//! | 4 | `query` | reads what the address asks for |
//! | 5 | `answer` | shares one scan among the requests that want the same |
//! | 6 | `table`, `aws` | call AWS |
//! | 7 | `parse` | finds the items in the bytes of a response |
//! | 8 | `format`, `text` | write each item as HTML, JSON or CSV |
//!
//! This crate knows nothing of `CloudFormation`, and of this workspace it uses only `items` and
//! `connect`.

mod answer;
mod app;
mod assets;
mod aws;
mod config;
mod connections;
mod error;
mod format;
#[cfg(test)]
mod fuzz;
mod key;
mod login;
mod memory_use;
mod page;
mod parse;
mod query;
mod router;
mod server;
mod table;
mod text;
mod web;

pub use app::App;
pub use aws::Failure;
pub use config::Config;
pub use connections::Limits;
pub use login::OidcOptions;
pub use router::router;
pub use server::{main, run, runtime, serve};
