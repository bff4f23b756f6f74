//! Reaching AWS through the proxy that the environment names.

mod address;
mod client;
mod error;
mod get;
mod variables;

pub use address::Proxy;
pub use client::http_client;
pub use error::ProxyError;
pub use get::Getter;
