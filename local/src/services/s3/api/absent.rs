//! Parts of a bucket's configuration that are only read: those of its template, or what S3 gives a
//! bucket that has none.
//!
//! Source of the codes: <https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html>.

use serde_json::{Value, json};

use super::Answer;
use super::buckets::known;
use super::call::Input;
use super::response::{failed, no_bucket, output};
use crate::account::{Account, Item};
use crate::aws::{ACCOUNT, AwsError};
use crate::services::s3::bucket::BUCKET;
use crate::services::s3::bucket_policy::BUCKET_POLICY;

/// The parameter that asks for it, the action of IAM, and how it is answered.
type Part = (&'static str, &'static str, fn(&Item) -> Answer);

const PARTS: [Part; 12] = [
    ("accelerate", "s3:GetAccelerateConfiguration", |_| {
        Ok(output("AccelerateConfiguration", &json!({})))
    }),
    ("acl", "s3:GetBucketAcl", |_| {
        Ok(output("AccessControlPolicy", &owned()))
    }),
    ("cors", "s3:GetBucketCORS", |_| {
        Err(failed(
            "NoSuchCORSConfiguration",
            "The CORS configuration does not exist",
            404,
        ))
    }),
    ("lifecycle", "s3:GetLifecycleConfiguration", lifecycle),
    ("logging", "s3:GetBucketLogging", |item| {
        Ok(output("BucketLoggingStatus", &logging(item)))
    }),
    ("notification", "s3:GetBucketNotification", |_| {
        Ok(output("NotificationConfiguration", &json!({})))
    }),
    ("object-lock", "s3:GetBucketObjectLockConfiguration", |_| {
        Err(failed(
            "ObjectLockConfigurationNotFoundError",
            "Object Lock configuration does not exist for this bucket",
            404,
        ))
    }),
    (
        "ownershipControls",
        "s3:GetBucketOwnershipControls",
        |item| {
            Ok(output(
                "OwnershipControls",
                &json!({"Rule": {"ObjectOwnership": ownership(item)}}),
            ))
        },
    ),
    ("policyStatus", "s3:GetBucketPolicyStatus", |_| {
        Err(failed(
            "NoSuchBucketPolicy",
            "The bucket policy does not exist",
            404,
        ))
    }),
    ("replication", "s3:GetReplicationConfiguration", |_| {
        Err(failed(
            "ReplicationConfigurationNotFoundError",
            "The replication configuration was not found",
            404,
        ))
    }),
    ("requestPayment", "s3:GetBucketRequestPayment", |_| {
        Ok(output(
            "RequestPaymentConfiguration",
            &json!({"Payer": "BucketOwner"}),
        ))
    }),
    ("website", "s3:GetBucketWebsite", |_| {
        Err(failed(
            "NoSuchWebsiteConfiguration",
            "The specified bucket does not have a website configuration",
            404,
        ))
    }),
];

/// The part that a parameter asks for.
pub(super) fn part(selector: &str) -> Option<usize> {
    PARTS.iter().position(|(name, _, _)| *name == selector)
}

/// The action of IAM that reads a part.
pub(super) fn permission(part: usize) -> &'static str {
    PARTS[part].1
}

pub(super) fn get(account: &Account, input: &Input, part: usize) -> Answer {
    let (selector, _, answer) = PARTS[part];
    account.read(|state| {
        known(state, input)?;
        if selector == "policyStatus" && state.inventory.has(BUCKET_POLICY, input.bucket()) {
            return Err(not_yet("the status of a bucket policy"));
        }
        let item = state.inventory.get_of(BUCKET, input.bucket());
        answer(item.ok_or_else(no_bucket)?)
    })
}

fn not_yet(what: &str) -> AwsError {
    failed(
        "NotImplemented",
        &format!("The local AWS does not do {what} yet."),
        501,
    )
}

/// The rules of a template have other names than those of the action.
fn lifecycle(item: &Item) -> Answer {
    Err(if item.properties.get("LifecycleConfiguration").is_some() {
        not_yet("GetBucketLifecycleConfiguration of a bucket with rules")
    } else {
        failed(
            "NoSuchLifecycleConfiguration",
            "The lifecycle configuration does not exist",
            404,
        )
    })
}

fn logging(item: &Item) -> Value {
    let given = &item.properties["LoggingConfiguration"];
    if given.is_null() {
        return json!({});
    }
    let own = item.properties["BucketName"].clone();
    let target = match &given["DestinationBucketName"] {
        Value::Null => own,
        target => target.clone(),
    };
    json!({"LoggingEnabled": {
        "TargetBucket": target,
        "TargetPrefix": given["LogFilePrefix"].as_str().unwrap_or(""),
    }})
}

/// Since 2023, buckets have no access control lists unless their template says so.
fn ownership(item: &Item) -> Value {
    let given = &item.properties["OwnershipControls"]["Rules"][0]["ObjectOwnership"];
    match given {
        Value::Null => "BucketOwnerEnforced".into(),
        given => given.clone(),
    }
}

fn owned() -> Value {
    let owner = json!({"ID": ACCOUNT, "DisplayName": "local"});
    json!({
        "Owner": owner,
        "AccessControlList": {"Grant": {"Grantee": owner, "Permission": "FULL_CONTROL"}},
    })
}
