//! What is needed to call AWS: settings, parameters, and what a failed call means.

mod cached;
mod failure;
mod kind;
mod lazy;
mod setting;
mod settings;

pub(crate) use cached::Cached;
pub(crate) use failure::Call;
pub use failure::Failure;
pub(crate) use kind::Kind;
pub(crate) use lazy::{Lazily, lazily};
pub(crate) use setting::Setting;
pub(crate) use settings::load_settings;
