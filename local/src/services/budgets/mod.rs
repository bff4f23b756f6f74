//! AWS Budgets: kept and shown. Nothing on this machine costs anything.

mod api;
mod budget;

pub(crate) use self::api::handle;
pub(crate) use self::budget::Budget;
