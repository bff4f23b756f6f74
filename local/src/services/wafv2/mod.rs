//! AWS WAF: web ACLs that inspect the requests to load balancers, and IP sets.
//!
//! Rate-based rules, IP sets and actions work. Of the managed rule groups, only the rules are applied
//! that AWS's documentation describes exactly, such as limits of sizes; see `managed`.

mod api;
mod association;
mod capacity;
mod firewall;
mod ip_set;
mod managed;
mod named;
mod properties;
mod rules;
mod web_acl;
mod words;

pub(crate) use self::api::handle;
pub(crate) use self::association::WebAclAssociation;
pub(crate) use self::firewall::{CustomAnswer, Firewall, Inspected, Verdict, inspect};
pub(crate) use self::ip_set::IpSet;
pub(crate) use self::rules::RULES;
pub(crate) use self::web_acl::WebAcl;
