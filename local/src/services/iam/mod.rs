//! IAM: roles, policies, the credentials of sessions, and who may do what.
//!
//! | module | contents |
//! |---|---|
//! | `api` | the actions: reading roles and policies, and a simulation |
//! | `document` | the policy language: its grammar, with IAM's messages |
//! | `evaluate` | what documents answer to a request |
//! | `authorize`, `keys`, `policies` | who may do what, with the message of a denial |
//! | `attached`, `resource_policy` | the policies of resources, and what is wrong with them |
//! | `denials`, `reasons` | what was denied lately, and what would allow it |
//! | `principal`, `caller`, `passage`, `sessions`, `assume` | callers, their way to AWS, their credentials, and who may assume a role |
//! | `roles`, `managed` | what is attached to a role |
//! | `handlers` | what CloudFormation needs of its caller for each resource |
//! | `reference` | the actions of all services and their resources |
//! | `permissions`, `record` | the developer's own permissions |

mod access;
mod api;
mod assume;
mod attached;
mod authorize;
mod caller;
mod context;
mod denials;
mod document;
mod evaluate;
mod faults;
mod fuzzing;
pub(crate) mod handlers;
mod instance_profile;
mod keys;
mod managed;
mod managed_policy;
mod oidc_provider;
mod passage;
mod permissions;
mod policies;
mod policy;
mod principal;
mod reasons;
mod record;
pub(crate) mod reference;
mod resource_policy;
mod role;
mod role_policy;
mod roles;
mod rules;
mod sessions;

pub(crate) use self::access::Access;
pub(crate) use self::api::handle;
pub(crate) use self::assume::{assume_for_service, issue, trusts};
pub(crate) use self::attached::Attached;
pub(crate) use self::authorize::{authorize, denied_unknown, is_restricted};
pub(crate) use self::caller::{caller, on_behalf_of};
pub(crate) use self::context::Context;
pub(crate) use self::denials::Denials;
pub(crate) use self::document::{Document, Effect, Kind, PrincipalKind, Statement, parse};
pub(crate) use self::faults::{Fault, examine};
pub(crate) use self::fuzzing::fuzz;
pub(crate) use self::handlers::Change;
pub(crate) use self::instance_profile::InstanceProfile;
pub(crate) use self::keys::{DEVELOPER_ID, user_id};
pub(crate) use self::managed_policy::ManagedPolicy;
pub(crate) use self::oidc_provider::OidcProvider;
pub(crate) use self::passage::{Passage, through, through_now};
pub(crate) use self::permissions::Permissions;
pub(crate) use self::policies::PolicyCache;
pub(crate) use self::policy::Policy;
pub(crate) use self::principal::{Principal, RoleSession, root};
pub(crate) use self::reasons::{Missing, allowed_actions, missing, missing_action};
pub(crate) use self::resource_policy::{Act, allows_account, allows_service, allows_service_with};
pub(crate) use self::role::Role;
pub(crate) use self::role_policy::RolePolicy;
pub(crate) use self::roles::{find as find_role, managed_policy};
pub(crate) use self::rules::RULES;
pub(crate) use self::sessions::{Credentials, Known, Session, Sessions};
