//! How the programs of this workspace reach AWS.
//!
//! [`load`] reads the settings of the environment and says what is wrong with them. The SDK itself
//! sends every request through the proxy of the environment, those to this machine too, and says of
//! a proxy that answers in place of AWS no more than a status: [`http_client`] does both better, and
//! [`Proxy::of`] and [`ProxyError`] are for what the SDK does not send.

mod client;
mod code;
mod endpoint;
mod error;
mod host;
mod profile;
mod proxy;
mod settings;

pub use client::http_client;
pub use code::{is_throttling, is_transient};
pub use error::ProxyError;
pub use host::is_on_this_machine;
pub use proxy::Proxy;
pub use settings::{SettingsError, load};
