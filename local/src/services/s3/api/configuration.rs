//! A bucket's configuration. It is kept as the properties of the bucket's resource, so that a
//! template and the API see the same.

use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use serde_json::{Value, json};

use super::Answer;
use super::action::Subject;
use super::buckets::known;
use super::call::Input;
use super::response::{empty, failed, no_bucket, output};
use crate::account::{Account, Item, State};
use crate::aws::{AwsError, rest_xml};
use crate::services::iam::caller;
use crate::services::s3::bucket::BUCKET;
use crate::services::s3::bucket_policy::BUCKET_POLICY;
use crate::services::s3::policies::{check, check_public};

pub(super) fn get(account: &Account, input: &Input, subject: Subject) -> Answer {
    account.read(|state| {
        known(state, input)?;
        if subject == Subject::Policy {
            return policy(state, input.bucket());
        }
        let (root, property, missing) = names(subject);
        let item = state.inventory.get_of(BUCKET, input.bucket());
        let value = item.and_then(|item| item.properties.get(property));
        match (value, missing) {
            (Some(value), _) => Ok(output(root, &to_xml(subject, value))),
            (None, None) => Ok(output(root, &default(subject))),
            (None, Some((code, sentence))) => Err(failed(code, sentence, 404)),
        }
    })
}

fn policy(state: &State, bucket: &str) -> Answer {
    let item = state.inventory.get_of(BUCKET_POLICY, bucket);
    let document = item.and_then(|item| item.properties.get("PolicyDocument"));
    let document = document.ok_or_else(|| {
        failed(
            "NoSuchBucketPolicy",
            "The bucket policy does not exist",
            404,
        )
    })?;
    let kind = [(header::CONTENT_TYPE, "application/json")];
    Ok((kind, document.to_string()).into_response())
}

pub(super) fn put(account: &Account, input: &Input, subject: Subject) -> Answer {
    if subject == Subject::Policy {
        return put_policy(account, input);
    }
    let value = rest_xml::read(&input.body).and_then(|given| from_xml(subject, &given));
    let value = value.ok_or_else(malformed)?;
    let (_, property, _) = names(subject);
    account.change(|state| {
        let item = state.inventory.get_mut(BUCKET, input.bucket());
        item.ok_or_else(no_bucket)?.properties[property] = value;
        Ok(empty(StatusCode::OK))
    })
}

fn put_policy(account: &Account, input: &Input) -> Answer {
    let bucket = input.bucket();
    let text = String::from_utf8_lossy(&input.body);
    account.change(|state| {
        known(state, input)?;
        let policy = Value::from(text.as_ref());
        check(state, &account.region, bucket, &policy)
            .map_err(|sentence| failed("MalformedPolicy", &sentence, 400))?;
        let policy = serde_json::from_str(&text).unwrap_or_default();
        check_public(state, &account.region, &caller(), (bucket, &policy))
            .map_err(|sentence| failed("AccessDenied", &sentence, 403))?;
        if let Some(item) = state.inventory.get_mut(BUCKET_POLICY, bucket) {
            item.properties["PolicyDocument"] = policy;
        } else {
            let item = Item {
                resource_type: BUCKET_POLICY.to_owned(),
                properties: json!({"Bucket": bucket, "PolicyDocument": policy}),
                attributes: serde_json::Map::new(),
            };
            // There is none, as the line above has looked.
            state.inventory.put(bucket, item).map_err(|_| malformed())?;
        }
        Ok(empty(StatusCode::NO_CONTENT))
    })
}

pub(super) fn delete_policy(account: &Account, input: &Input) -> Answer {
    account.change(|state| {
        known(state, input)?;
        state.inventory.remove(BUCKET_POLICY, input.bucket());
        Ok(empty(StatusCode::NO_CONTENT))
    })
}

fn malformed() -> AwsError {
    failed(
        "MalformedXML",
        "The XML you provided was not well-formed or did not validate against our published schema",
        400,
    )
}

/// The code and sentence of an error.
type Missing = Option<(&'static str, &'static str)>;

/// The root element, the property, and S3's error if the bucket does not have it.
fn names(subject: Subject) -> (&'static str, &'static str, Missing) {
    match subject {
        Subject::Encryption => (
            "ServerSideEncryptionConfiguration",
            "BucketEncryption",
            None,
        ),
        Subject::Versioning => ("VersioningConfiguration", "VersioningConfiguration", None),
        Subject::PublicAccessBlock => (
            "PublicAccessBlockConfiguration",
            "PublicAccessBlockConfiguration",
            None,
        ),
        Subject::Tagging => (
            "Tagging",
            "Tags",
            Some(("NoSuchTagSet", "The TagSet does not exist")),
        ),
        Subject::Policy => ("Policy", "PolicyDocument", None),
    }
}

/// What S3 gives every bucket since 2023: encryption with its own keys, and no public access.
fn default(subject: Subject) -> Value {
    match subject {
        Subject::Encryption => json!({"Rule": {
            "ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"},
            "BucketKeyEnabled": false,
        }}),
        Subject::PublicAccessBlock => json!({
            "BlockPublicAcls": true, "IgnorePublicAcls": true,
            "BlockPublicPolicy": true, "RestrictPublicBuckets": true,
        }),
        _ => Value::Null,
    }
}

/// A property in the form of the API.
fn to_xml(subject: Subject, property: &Value) -> Value {
    match subject {
        Subject::Encryption => {
            let rules = property["ServerSideEncryptionConfiguration"].as_array();
            let rules = rules.into_iter().flatten().map(|rule| {
                json!({
                    "ApplyServerSideEncryptionByDefault": rule["ServerSideEncryptionByDefault"],
                    "BucketKeyEnabled": rule["BucketKeyEnabled"] == true,
                })
            });
            json!({"Rule": rules.collect::<Vec<_>>()})
        }
        Subject::Tagging => json!({"TagSet": {"Tag": property}}),
        _ => property.clone(),
    }
}

/// The form of the API as a property.
fn from_xml(subject: Subject, given: &Value) -> Option<Value> {
    match subject {
        Subject::Encryption => {
            let rules = rest_xml::items(given, "Rule").into_iter().map(|rule| {
                json!({
                    "ServerSideEncryptionByDefault": rule["ApplyServerSideEncryptionByDefault"],
                    "BucketKeyEnabled": rule["BucketKeyEnabled"] == "true",
                })
            });
            Some(json!({"ServerSideEncryptionConfiguration": rules.collect::<Vec<_>>()}))
        }
        Subject::Tagging => {
            let tags = rest_xml::items(given.get("TagSet")?, "Tag");
            Some(tags.into_iter().cloned().collect())
        }
        Subject::Versioning => {
            let status = given.get("Status")?.as_str()?;
            let is_known = ["Enabled", "Suspended"].contains(&status);
            is_known.then(|| json!({"Status": status}))
        }
        Subject::PublicAccessBlock => {
            let members = given.as_object()?.iter();
            let members = members.map(|(name, value)| (name.clone(), (value == "true").into()));
            Some(Value::Object(members.collect()))
        }
        Subject::Policy => None,
    }
}
