//! The actions of buckets.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};

use super::Answer;
use super::call::Input;
use super::response::{empty, failed, no_bucket, output, set};
use crate::account::{Account, Item, State};
use crate::aws::{ACCOUNT, AwsError, rest_xml};
use crate::services::s3::bucket::{BUCKET, not_empty};
use crate::services::s3::bucket_name::check;
use crate::services::s3::bucket_policy::BUCKET_POLICY;
use crate::services::s3::buckets::Contained;

/// The bucket of a request.
///
/// # Errors
/// `NoSuchBucket`.
pub(super) fn known<'a>(state: &'a State, input: &Input) -> Result<&'a Contained, AwsError> {
    state.buckets.get(input.bucket()).ok_or_else(no_bucket)
}

pub(super) fn list(account: &Account, input: &Input) -> Response {
    let prefix = input.address.parameter("prefix").unwrap_or("");
    let buckets: Vec<Value> = account.read(|state| {
        let all = state.buckets.all();
        all.filter(|(name, _)| name.starts_with(prefix))
            .map(|(name, bucket)| json!({"Name": name, "CreationDate": bucket.created, "BucketRegion": account.region}))
            .collect()
    });
    output(
        "ListAllMyBucketsResult",
        &json!({"Owner": {"ID": ACCOUNT}, "Buckets": {"Bucket": buckets}}),
    )
}

pub(super) fn create(account: &Account, input: &Input) -> Answer {
    let name = input.bucket();
    check(name).map_err(|_| {
        failed(
            "InvalidBucketName",
            "The specified bucket is not valid.",
            400,
        )
    })?;
    check_region(account, &input.body)?;
    let made = account.change(|state| {
        let item = Item {
            resource_type: BUCKET.to_owned(),
            properties: json!({"BucketName": name}),
            attributes: Map::new(),
        };
        state.buckets.add(name) && state.inventory.put(name, item).is_ok()
    });
    if !made {
        return Err(failed(
            "BucketAlreadyOwnedByYou",
            "Your previous request to create the named bucket succeeded and you already own it.",
            409,
        ));
    }
    let mut response = empty(StatusCode::OK);
    set(&mut response, "location", &format!("/{name}"));
    Ok(response)
}

/// Outside us-east-1, a request names its region.
fn check_region(account: &Account, body: &[u8]) -> Result<(), AwsError> {
    let given = rest_xml::read(body);
    let given = given
        .as_ref()
        .and_then(|body| body.get("LocationConstraint")?.as_str());
    let expected = (account.region != "us-east-1").then_some(account.region.as_str());
    if given == expected {
        return Ok(());
    }
    Err(failed(
        "IllegalLocationConstraintException",
        &format!(
            "The {} location constraint is incompatible for the region specific endpoint this request was sent to.",
            given.unwrap_or("unspecified")
        ),
        400,
    ))
}

pub(super) fn delete(account: &Account, input: &Input) -> Answer {
    let name = input.bucket();
    account.change(|state| {
        let bucket = known(state, input)?;
        if !bucket.objects.is_empty() {
            let has_versions = bucket
                .objects
                .values()
                .flatten()
                .any(|one| one.id != "null");
            return Err(failed("BucketNotEmpty", not_empty(has_versions), 409));
        }
        state.buckets.remove(name);
        state.inventory.remove(BUCKET, name);
        state.inventory.remove(BUCKET_POLICY, name);
        Ok(())
    })?;
    Ok(empty(StatusCode::NO_CONTENT))
}

pub(super) fn head(account: &Account, input: &Input) -> Answer {
    account.read(|state| known(state, input).map(|_| ()))?;
    let mut response: Response = StatusCode::OK.into_response();
    set(&mut response, "x-amz-bucket-region", &account.region);
    Ok(response)
}

pub(super) fn location(account: &Account, input: &Input) -> Answer {
    account.read(|state| known(state, input).map(|_| ()))?;
    let region = match account.region.as_str() {
        "us-east-1" => Value::Null,
        region => region.into(),
    };
    Ok(output("LocationConstraint", &region))
}
