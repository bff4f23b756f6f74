//! What is needed to call AWS: settings, parameters, and what a failed call means.

mod cached;
mod credentials;
mod failure;
mod gate;
mod kind;
mod lazy;
mod setting;
mod settings;

pub(crate) use cached::{Cached, Pause};
pub(crate) use failure::Call;
pub use failure::Failure;
pub(crate) use gate::Gate;
pub(crate) use kind::Kind;
pub(crate) use lazy::{Lazily, lazily};
pub(crate) use setting::Setting;
pub(crate) use settings::{call_time, in_time, load_settings};
