//! Deleting objects.

use axum::http::StatusCode;
use serde_json::{Value, json};

use super::Answer;
use super::buckets::known;
use super::call::Input;
use super::objects::new_id;
use super::response::{empty, failed, no_bucket, output, set};
use crate::account::{Account, State};
use crate::aws::{AwsError, now, rest_xml};
use crate::services::s3::buckets::Version;

/// The most keys that a request may name.
const MOST: usize = 1000;

pub(super) fn one(account: &Account, input: &Input) -> Answer {
    let id = input.address.parameter("versionId");
    let deleted = account.change(|state| {
        known(state, input)?;
        remove(account, state, input.bucket(), input.key(), id)
    })?;
    let mut response = empty(StatusCode::NO_CONTENT);
    if let Some(id) = deleted.version {
        set(&mut response, "x-amz-version-id", &id);
    }
    if deleted.is_marker {
        set(&mut response, "x-amz-delete-marker", "true");
    }
    Ok(response)
}

pub(super) fn many(account: &Account, input: &Input) -> Answer {
    let given = rest_xml::read(&input.body).unwrap_or_default();
    let objects = rest_xml::items(&given, "Object");
    if objects.is_empty() || objects.len() > MOST {
        let sentence = "The XML you provided was not well-formed or did not validate against our published schema";
        return Err(failed("MalformedXML", sentence, 400));
    }
    let quiet = given.get("Quiet").is_some_and(|quiet| quiet == "true");
    let deleted = account.change(|state| {
        known(state, input)?;
        objects
            .iter()
            .map(|object| {
                let key = object["Key"].as_str().unwrap_or("");
                let id = object.get("VersionId").and_then(Value::as_str);
                let deleted = remove(account, state, input.bucket(), key, id)?;
                Ok(json!({
                    "Key": key,
                    "VersionId": id,
                    "DeleteMarker": deleted.is_marker.then_some(true),
                    "DeleteMarkerVersionId": deleted.is_marker.then_some(deleted.version),
                }))
            })
            .collect::<Result<Vec<Value>, AwsError>>()
    })?;
    let shown = if quiet { Vec::new() } else { deleted };
    Ok(output("DeleteResult", &json!({"Deleted": shown})))
}

/// What was deleted.
struct Deleted {
    version: Option<String>,
    /// Whether a delete marker was added or removed.
    is_marker: bool,
}

/// Removes a version; or the object, of which a bucket with versions keeps all versions behind a
/// delete marker. An object that does not exist is not an error.
fn remove(
    account: &Account,
    state: &mut State,
    bucket: &str,
    key: &str,
    id: Option<&str>,
) -> Result<Deleted, AwsError> {
    let marker = new_id(state, bucket);
    let bucket = state.buckets.get_mut(bucket).ok_or_else(no_bucket)?;
    if id.is_none() && marker != "null" {
        let version = Version {
            id: marker.clone(),
            modified: now(),
            etag: String::new(),
            size: 0,
            content: None,
            headers: std::collections::BTreeMap::new(),
        };
        account.contents.remove(bucket.put(key, version));
        return Ok(Deleted {
            version: Some(marker),
            is_marker: true,
        });
    }
    let removed = bucket.remove(key, id.unwrap_or("null"));
    let is_marker = removed.iter().any(|one| one.content.is_none());
    account
        .contents
        .remove(removed.into_iter().filter_map(|one| one.content));
    Ok(Deleted {
        version: id.map(str::to_owned),
        is_marker,
    })
}
