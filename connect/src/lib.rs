//! How the programs of this workspace reach AWS.
//!
//! [`load`] reads the settings of the environment and of the AWS profile, and says what is wrong with
//! them (`settings/`).
//!
//! [`http_client`] is the HTTP client for the SDK (`proxy/`). The SDK's own client has two problems: it
//! sends requests to this machine through the proxy too, and if a proxy answers instead of AWS, its
//! error names only a status. [`Getter`], [`Proxy::of`] and [`ProxyError`] are for requests without the SDK.

mod error_code;
mod host;
mod proxy;
mod settings;

pub use error_code::{is_throttling, is_transient};
pub use host::is_on_this_machine;
pub use proxy::{Getter, Proxy, ProxyError, http_client};
pub use settings::{SettingsError, load};
