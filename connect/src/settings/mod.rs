//! The settings of AWS: environment variables and the profile.

mod endpoint;
mod error;
mod load;
mod profile;
mod variable;

pub use error::SettingsError;
pub use load::load;
