//! A web page that shows the items of a `DynamoDB` table.
//!
//! [`main`] is the whole program. [`run`], [`serve`] and [`router`] are its parts, from the outside
//! to the inside: each can be called on its own, with its own end signal and its own listener.

mod accounts;
mod answer;
mod app;
mod assets;
mod auth;
mod cached;
mod config;
mod cursor;
mod error;
mod facts;
mod failure;
mod filter;
mod format;
mod number;
mod observe;
mod page;
mod parse;
mod path;
mod request_body;
mod respond;
mod router;
mod scan;
mod selection;
mod server;
mod setting;
mod text;

pub use app::App;
pub use config::Config;
pub use failure::Failure;
pub use router::router;
pub use server::{main, run, serve};
