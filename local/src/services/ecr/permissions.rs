//! What the actions of ECR, and pushes and pulls, are authorised for.

use serde_json::Value;

use super::image::repository;
use crate::account::Account;
use crate::services::iam::{Access, Principal, reference};
use crate::services::kms::Usage;

/// The permissions for the repository that a pull needs.
const PULL: [&str; 2] = ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"];

/// What an action needs; nothing for an action that IAM does not know.
pub(crate) fn needed(account: &Account, action: &str, input: &Value) -> Option<Vec<Access>> {
    reference::needed(account, "ecr", action, |kind| {
        let members = ["repositoryName", "repositoryNames", "resourceArn"];
        reference::named(account, "ecr", kind, input, &members)
    })
}

/// What the pull of an image needs: first for the login, then for the repository. An image that is built
/// into the local AWS, or one of another registry, needs nothing.
pub(crate) fn needed_for_pull(account: &Account, image: &str) -> (Vec<Access>, Vec<Access>) {
    let Some(repository) = repository(account, image) else {
        return (Vec::new(), Vec::new());
    };
    let repository = account.arn("ecr", &format!("repository/{repository}"));
    let pull = PULL.map(|action| Access::new(action, repository.clone()));
    let login = vec![Access::new("ecr:GetAuthorizationToken", "*")];
    (login, pull.into())
}

/// Checks that the principal may let ECR encrypt a repository with a key. Source:
/// <https://docs.aws.amazon.com/AmazonECR/latest/userguide/encryption-at-rest.html>.
///
/// # Errors
/// KMS's sentence.
pub(crate) fn check_key(account: &Account, principal: &Principal, key: &str) -> Result<(), String> {
    let usage = Usage {
        service: "ecr",
        actions: &["kms:DescribeKey", "kms:CreateGrant"],
        context: &[],
    };
    let checked = usage.check(account, principal, key);
    checked.map_err(|unusable| unusable.of_kms().1)
}
