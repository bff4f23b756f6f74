//! The credentials of a task's role
//! (<https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html>).

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use serde_json::json;
use time::format_description::well_known::Rfc3339;
use time::{Duration, OffsetDateTime};

use crate::account::Account;
use crate::services::iam::{Credentials, Principal, issue};

/// How long the credentials of a task are valid.
const VALIDITY: Duration = Duration::hours(6);

/// New ones are issued so long before the end.
const ROTATION: Duration = Duration::hours(1);

/// The sessions of the running tasks, by the id in the address of their credentials.
#[derive(Default)]
pub(in crate::services::ecs) struct Roles(Mutex<HashMap<String, Held>>);

struct Held {
    principal: Principal,
    credentials: Option<Credentials>,
}

impl Roles {
    pub(super) fn add(&self, id: &str, principal: Principal) {
        self.lock().insert(
            id.to_owned(),
            Held {
                principal,
                credentials: None,
            },
        );
    }

    pub(super) fn remove(&self, id: &str) {
        self.lock().remove(id);
    }

    /// The session and its credentials, which are renewed in time.
    fn get(&self, account: &Account, id: &str) -> Option<(Principal, Credentials)> {
        let mut all = self.lock();
        let held = all.get_mut(id)?;
        let old = held.credentials.take();
        let fresh = old.filter(|old| old.expiration - ROTATION > OffsetDateTime::now_utc());
        let fresh = fresh.unwrap_or_else(|| issue(account, &held.principal, VALIDITY));
        held.credentials = Some(fresh.clone());
        Some((held.principal.clone(), fresh))
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Held>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Answers a request for credentials.
pub(super) async fn get(State(account): State<Arc<Account>>, Path(id): Path<String>) -> Response {
    let Some((principal, credentials)) = account.tasks.roles.get(&account, &id) else {
        let refusal = json!({
            "code": "InvalidIdInRequest",
            "message": "CredentialsV2Request: Credentials not found",
            "HTTPErrorCode": 400,
        });
        return (StatusCode::BAD_REQUEST, Json(refusal)).into_response();
    };
    let role = match &principal {
        Principal::Session(session) => session.role.clone(),
        Principal::Developer => String::new(),
    };
    Json(json!({
        "RoleArn": role,
        "AccessKeyId": credentials.access_key_id,
        "SecretAccessKey": credentials.secret_access_key,
        "Token": credentials.session_token,
        "Expiration": credentials.expiration.replace_nanosecond(0).unwrap_or(credentials.expiration).format(&Rfc3339).unwrap_or_default(),
    }))
    .into_response()
}
