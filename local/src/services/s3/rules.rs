//! S3's rules for buckets and their policies.

use serde_json::Value;

use super::policies;
use crate::resources::subject::{Subject, at, fail_if, list, number, text};
use crate::resources::{no_opening, rules};

rules! { "S3", no_opening;
    bucket_access, "S3::Bucket", InvalidRequest, "A bucket is not public while its public access is blocked", "https://github.com/badmintoncryer/cdk-preflight";
    bucket_encryption, "S3::Bucket", InvalidArgument, "Only encryption by KMS has a key", "https://github.com/badmintoncryer/cdk-preflight";
    bucket_lifecycle, "S3::Bucket", InvalidRequest, "A lifecycle rule does something, in an order of days", "https://github.com/badmintoncryer/cdk-preflight";
    policies::bucket_policy, "S3::BucketPolicy", MalformedPolicy, "The policy follows the grammar, its principals exist, and its actions and resources are those of the bucket", "https://repost.aws/knowledge-center/s3-invalid-principal-in-policy-error";
    policies::public_policy, "S3::BucketPolicy", AccessDenied, "The policy is not public, unless the bucket allows public policies", "https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html";
}

/// Whether a new bucket with these properties blocks what `flag` says.
fn blocks(bucket: &Value, flag: &str) -> bool {
    match at(bucket, "PublicAccessBlockConfiguration") {
        None => true,
        Some(given) => given
            .get(flag)
            .is_some_and(|flag| flag.as_bool() == Some(true) || flag.as_str() == Some("true")),
    }
}

fn bucket_access(subject: &Subject<'_>) -> Result<(), String> {
    let is_public = subject
        .text("AccessControl")
        .is_some_and(|control| control.starts_with("PublicRead"));
    fail_if(
        is_public && blocks(subject.properties, "BlockPublicAcls"),
        || "Bucket cannot have public ACLs set with BlockPublicAccess enabled".into(),
    )
}

fn bucket_encryption(subject: &Subject<'_>) -> Result<(), String> {
    let rules = subject
        .list("BucketEncryption/ServerSideEncryptionConfiguration")
        .iter();
    let mut defaults = rules.filter_map(|rule| at(rule, "ServerSideEncryptionByDefault"));
    let wrong = defaults.any(|one| {
        text(one, "KMSMasterKeyID").is_some()
            && !text(one, "SSEAlgorithm")
                .unwrap_or("")
                .starts_with("aws:kms")
    });
    fail_if(wrong, || {
        "a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms or aws:kms:dsse".into()
    })
}

/// What a lifecycle rule can do, in the order of S3's sentence.
const DEEDS: [&str; 10] = [
    "ExpirationDate",
    "ExpirationInDays",
    "AbortIncompleteMultipartUpload",
    "Transition",
    "Transitions",
    "NoncurrentVersionExpirationInDays",
    "NoncurrentVersionTransition",
    "NoncurrentVersionTransitions",
    "NoncurrentVersionExpiration",
    "ExpiredObjectDeleteMarker",
];

fn bucket_lifecycle(subject: &Subject<'_>) -> Result<(), String> {
    for rule in subject.list("LifecycleConfiguration/Rules") {
        fail_if(DEEDS.iter().all(|deed| at(rule, deed).is_none()), || {
            format!(
                "At least one of [{}] needs to be specified",
                DEEDS.join(",")
            )
        })?;
        let expiration = number(rule, "ExpirationInDays");
        fail_if(expiration.is_some_and(|days| days < 1), || {
            "'Days' for Expiration action must be a positive integer".into()
        })?;
        let transitions = list(rule, "Transitions").iter();
        let last = transitions
            .filter_map(|one| number(one, "TransitionInDays"))
            .max();
        fail_if(expiration.is_some() && last >= expiration, || {
            let prefix = text(rule, "Prefix").unwrap_or("");
            format!(
                "'Days' in the Expiration action for filter '(prefix={prefix})' must be greater than 'Days' in the Transition action"
            )
        })?;
        check_order(rule)?;
    }
    Ok(())
}

fn class(transition: &Value) -> &str {
    text(transition, "StorageClass").unwrap_or("")
}

/// An archive comes 30 days after a class of rare access.
fn check_order(rule: &Value) -> Result<(), String> {
    let transitions = || list(rule, "Transitions").iter();
    let rare = |one: &&Value| ["STANDARD_IA", "ONEZONE_IA"].contains(&class(one));
    for first in transitions().filter(rare) {
        let after = number(first, "TransitionInDays").map(|days| days + 30);
        let soon = |one: &&Value| {
            ["GLACIER", "GLACIER_IR", "DEEP_ARCHIVE"].contains(&class(one))
                && number(one, "TransitionInDays") < after
        };
        if let Some(archive) = transitions().find(soon) {
            let (archive, first) = (class(archive), class(first));
            return Err(format!(
                "'Days' in the 'Transition' action for StorageClass '{archive}' must be 30 days more than the 'Transition' action for StorageClass '{first}'"
            ));
        }
    }
    Ok(())
}
