//! What the actions of ECR, and pushes and pulls, are authorised for.

use serde_json::Value;

use crate::account::Account;
use crate::services::iam::{Access, reference};

/// The permissions that a pull needs, beside `ecr:GetAuthorizationToken`.
const PULL: [&str; 2] = ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"];

/// What an action needs; nothing for an action that IAM does not know.
pub(crate) fn needed(account: &Account, action: &str, input: &Value) -> Option<Vec<Access>> {
    reference::needed(account, "ecr", action, |kind| {
        let members = ["repositoryName", "repositoryNames", "resourceArn"];
        reference::named(account, "ecr", kind, input, &members)
    })
}

/// What the pull of an image from a repository of this account needs, in the order in which a client
/// asks.
pub(crate) fn needed_for_pull(account: &Account, repository: &str) -> Vec<Access> {
    let repository = account.arn("ecr", &format!("repository/{repository}"));
    let mut needed = vec![Access::new("ecr:GetAuthorizationToken", "*")];
    needed.extend(PULL.map(|action| Access::new(action, repository.clone())));
    needed
}
