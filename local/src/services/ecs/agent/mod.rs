//! The container agent: the credentials of tasks and their metadata, at 169.254.170.2 as on Fargate.

mod credentials;
mod identity;
mod metadata;
mod stats;

use std::sync::Arc;

use axum::Router;
use axum::routing::get;

pub(super) use self::credentials::Roles;
pub(super) use self::identity::{Identity, SERVICE, check_roles};
use crate::account::Account;

/// Where the agent is at the AWS endpoint, for tasks without a network of their own.
pub(crate) const AT_ENDPOINT: &str = "/_task";

/// The addresses of the agent.
pub(crate) fn router() -> Router<Arc<Account>> {
    Router::new()
        .route("/v2/credentials/{id}", get(credentials::get))
        .route("/v4/{container}", get(metadata::container))
        .route("/v4/{container}/task", get(metadata::task))
        .route("/v4/{container}/stats", get(stats::container))
        .route("/v4/{container}/task/stats", get(stats::task))
}
