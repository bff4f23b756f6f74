//! DynamoDB: the embedded database behind the local AWS's endpoint, with the account's own ARNs.

mod api;
mod change;
mod client;
mod database;
mod description;
mod forward;
mod global_table;
mod keys;
mod permissions;
mod policy;
mod properties;
mod protection;
mod recoveries;
mod resource_policies;
mod rules;
mod table;
mod units;

pub(crate) use self::api::handle;
pub(crate) use self::database::Backend;
pub(crate) use self::global_table::GlobalTable;
pub(crate) use self::keys::{GRANTS, encryption_context, is_about_items, key_sentence};
pub(crate) use self::permissions::needed;
pub(crate) use self::protection::{Protections, has_resource_policies, key_of, resource_policy};
pub(crate) use self::recoveries::Recoveries;
pub(crate) use self::rules::RULES;
pub(crate) use self::table::Table;
pub(crate) use self::units::{set_units, units};
