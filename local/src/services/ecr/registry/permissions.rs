//! What pushes and pulls are authorised for: the actions that the registry stands for.
//!
//! Source: <https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-push-iam.html>.

use axum::http::{Method, StatusCode};

use super::refusal::Refusal;
use crate::account::Account;
use crate::services::iam::{Access, Principal, authorize, is_restricted};

/// Checks that the principal may do this.
///
/// # Errors
/// `DENIED`, with AWS's sentence.
pub(super) fn check(
    account: &Account,
    principal: &Principal,
    method: &Method,
    path: &str,
) -> Result<(), Refusal> {
    if !is_restricted(account, principal) {
        return Ok(());
    }
    let needed: Vec<Access> = needed(account, method, path).into_iter().collect();
    authorize(account, principal, &needed)
        .map_err(|sentence| Refusal(StatusCode::FORBIDDEN, "DENIED", sentence))
}

fn needed(account: &Account, method: &Method, path: &str) -> Option<Access> {
    let of = |name: &str, action: &str| {
        let repository = account.arn("ecr", &format!("repository/{name}"));
        Some(Access::new(format!("ecr:{action}"), repository))
    };
    if let Some((name, _)) = path.rsplit_once("/manifests/") {
        return match *method {
            Method::PUT => of(name, "PutImage"),
            _ => of(name, "BatchGetImage"),
        };
    }
    // AWS's page names no action for the list of referrers. It consists of manifests, so it needs theirs.
    if let Some((name, _)) = path.rsplit_once("/referrers/") {
        return of(name, "BatchGetImage");
    }
    if let Some((name, _)) = path.rsplit_once("/blobs/uploads/") {
        return match *method {
            Method::POST => of(name, "InitiateLayerUpload"),
            Method::PUT => of(name, "CompleteLayerUpload"),
            _ => of(name, "UploadLayerPart"),
        };
    }
    let (name, _) = path.rsplit_once("/blobs/")?;
    match *method {
        Method::HEAD => of(name, "BatchCheckLayerAvailability"),
        _ => of(name, "GetDownloadUrlForLayer"),
    }
}
