//! The API of ECR: a line for each action.

#![expect(
    clippy::struct_field_names,
    reason = "the fields of inputs and outputs have the names of AWS"
)]

mod authorization;
mod delete_images;
mod images;
mod input;
mod layers;
mod lifecycle_policies;
mod policies;
mod put_image;
mod registry;
mod repositories;
mod scans;
mod settings;
mod tags;

use serde_json::Value;

use self::input::unknown_in;
use crate::account::Account;
use crate::aws::json::member;
use crate::aws::{ACCOUNT, Answer, AwsError, answer};

/// Answers an action.
pub(crate) fn handle(account: &Account, action: &str, input: &Value) -> Answer {
    let input = &in_this_registry(input)?;
    match action {
        "BatchCheckLayerAvailability" => answer(input, |input| layers::check(account, input)),
        "BatchDeleteImage" => answer(input, |input| delete_images::delete(account, input)),
        "BatchGetImage" => answer(input, |input| images::get(account, &input)),
        "BatchGetRepositoryScanningConfiguration" => {
            answer(input, |input| Ok(scans::configurations(account, input)))
        }
        "CreateRepository" => answer(input, |input| repositories::create(account, input)),
        "DeleteLifecyclePolicy" => {
            answer(input, |input| lifecycle_policies::delete(account, &input))
        }
        "DeleteRepository" => answer(input, |input| repositories::delete(account, &input)),
        "DeleteRepositoryPolicy" => answer(input, |input| policies::delete(account, input)),
        "DescribeImages" => answer(input, |input| images::describe(account, &input)),
        "DescribeImageScanFindings" => answer(input, |input| scans::findings(account, &input)),
        "DescribeRegistry" => answer(input, |input| Ok(registry::describe(&input))),
        "DescribeRepositories" => answer(input, |input| repositories::describe(account, &input)),
        "GetAuthorizationToken" => answer(input, |input| authorization::token(account, &input)),
        "GetDownloadUrlForLayer" => answer(input, |input| layers::url(account, &input)),
        "GetLifecyclePolicy" => answer(input, |input| lifecycle_policies::get(account, &input)),
        "GetRegistryPolicy" => answer(input, |input| registry::policy(&input)),
        "GetRegistryScanningConfiguration" => answer(input, |input| Ok(registry::scanning(&input))),
        "GetRepositoryPolicy" => answer(input, |input| policies::get(account, input)),
        "ListImages" => answer(input, |input| images::list(account, &input)),
        "ListTagsForResource" => answer(input, |input| tags::list(account, &input)),
        "PutImage" => answer(input, |input| put_image::put(account, input)),
        "PutImageScanningConfiguration" => {
            answer(input, |input| settings::put_scanning(account, input))
        }
        "PutImageTagMutability" => answer(input, |input| settings::put_mutability(account, input)),
        "PutLifecyclePolicy" => answer(input, |input| lifecycle_policies::put(account, input)),
        "SetRepositoryPolicy" => answer(input, |input| policies::set(account, input)),
        "TagResource" => answer(input, |input| tags::add(account, input)),
        "UntagResource" => answer(input, |input| tags::remove(account, &input)),
        _ => Err(AwsError::unknown_action("ECR", action)),
    }
}

/// The input without the id of the registry, which has to be that of this account: other accounts
/// share nothing with it.
fn in_this_registry(input: &Value) -> Result<Value, AwsError> {
    let mut input = input.clone();
    let registry = input
        .as_object_mut()
        .and_then(|members| members.remove("registryId"));
    match registry.as_ref().and_then(Value::as_str) {
        Some(other) if !other.is_empty() && other != ACCOUNT => Err(unknown_in(
            member(&input, "repositoryName").unwrap_or(""),
            other,
        )),
        _ => Ok(input),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::account::testing::account;

    #[tokio::test]
    async fn a_name_that_is_missing_null_or_wrong_is_refused() {
        let account = account().await;
        for action in [
            "BatchDeleteImage",
            "BatchGetImage",
            "CreateRepository",
            "DeleteRepository",
            "DescribeImages",
            "GetLifecyclePolicy",
            "ListImages",
            "PutImage",
        ] {
            for input in [json!({}), json!({"repositoryName": null}), json!(null)] {
                let err = handle(&account, action, &input).unwrap_err();
                assert_eq!(err.code, "InvalidParameterException", "{action} {input}");
                assert_eq!(
                    err.message,
                    "Invalid parameter at 'repositoryName': '' is lower-case letters, digits, '.', '_', '-' and '/'"
                );
            }
        }
        let err = handle(&account, "PutLifecyclePolicy", &json!({})).unwrap_err();
        assert_eq!(
            err.message,
            "Invalid parameter at 'LifecyclePolicyText' failed to satisfy constraint: 'Lifecycle policy validation failure'"
        );
    }

    #[tokio::test]
    async fn a_repository_is_made_described_and_deleted() {
        let account = account().await;
        let call = |action: &str, input: Value| handle(&account, action, &input);
        let named = || json!({"repositoryName": "a/b"});
        let none = call("DescribeRepositories", json!({})).unwrap();
        assert_eq!(none, json!({"repositories": [], "nextToken": null}));
        let err = call("DescribeRepositories", json!({"repositoryNames": ["a/b"]}));
        assert_eq!(err.unwrap_err().code, "RepositoryNotFoundException");
        let err = call(
            "DescribeRepositories",
            json!({"registryId": "210987654321"}),
        );
        assert_eq!(err.unwrap_err().code, "RepositoryNotFoundException");
        let input = json!({
            "repositoryName": "a/b",
            "registryId": "123456789012",
            "imageTagMutability": "IMMUTABLE",
            "imageScanningConfiguration": {"scanOnPush": null},
        });
        let created = call("CreateRepository", input).unwrap();
        assert_eq!(created["repository"]["imageTagMutability"], "IMMUTABLE");
        assert_eq!(
            created["repository"]["imageScanningConfiguration"],
            json!({"scanOnPush": false})
        );
        let err = call("CreateRepository", named()).unwrap_err();
        assert_eq!(err.code, "RepositoryAlreadyExistsException");
        assert_eq!(
            call("ListImages", named()).unwrap(),
            json!({"imageIds": [], "nextToken": null})
        );
        assert_eq!(
            call("DescribeImages", named()).unwrap(),
            json!({"imageDetails": [], "nextToken": null})
        );
        let ids =
            json!({"repositoryName": "a/b", "imageIds": [{"imageTag": "x", "imageDigest": null}]});
        let failure = &call("BatchGetImage", ids.clone()).unwrap()["failures"][0];
        assert_eq!(failure["failureCode"], "ImageNotFound");
        let err = call("DescribeImages", ids).unwrap_err();
        assert_eq!(err.code, "ImageNotFoundException");
        let err = call("GetLifecyclePolicy", named()).unwrap_err();
        assert_eq!(err.code, "LifecyclePolicyNotFoundException");
        let put = call("PutImage", named()).unwrap_err();
        assert_eq!(put.code, "InvalidParameterException");
        assert_eq!(
            call("DeleteRepository", named()).unwrap()["repository"]["repositoryName"],
            "a/b"
        );
        let err = call("DeleteRepository", named()).unwrap_err();
        assert_eq!(err.code, "RepositoryNotFoundException");
    }
}
