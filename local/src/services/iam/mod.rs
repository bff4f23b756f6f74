//! IAM: roles, policies, the credentials of sessions, and who may do what.
//!
//! | module | contents |
//! |---|---|
//! | `document` | the policy language: its grammar, with IAM's messages |
//! | `evaluate` | what documents answer to a request |
//! | `principal`, `sessions`, `assume` | callers, their credentials, and who may assume a role |
//! | `roles`, `managed` | what is attached to a role |

mod assume;
mod context;
mod document;
mod evaluate;
mod managed;
mod managed_policy;
mod policy;
mod principal;
mod role;
mod roles;
mod rules;
mod sessions;

pub(crate) use self::assume::{assume_for_service, issue};
pub(crate) use self::context::Context;
pub(crate) use self::document::{Document, Kind, parse};
pub(crate) use self::managed_policy::ManagedPolicy;
pub(crate) use self::policy::Policy;
pub(crate) use self::principal::{Principal, RoleSession};
pub(crate) use self::role::Role;
pub(crate) use self::rules::RULES;
pub(crate) use self::sessions::{Credentials, Known, Sessions};
