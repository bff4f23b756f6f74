//! Where a listener sends a request: its rules by priority, then its default actions.

mod action;
mod check_actions;
mod check_conditions;
mod check_oidc;
mod condition;
mod oidc;
mod routes;
mod wildcard;

pub(super) use self::action::{Action, FixedResponseConfig, RedirectConfig};
pub(super) use self::check_actions::{Place, check_actions};
pub(super) use self::check_conditions::check_conditions;
pub(super) use self::condition::{Asked, Condition};
pub(super) use self::oidc::{OidcConfig, Unauthenticated};
pub(super) use self::routes::{Forward, Outcome, Route, Routes};
