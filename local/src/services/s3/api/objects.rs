//! Writing, reading and copying an object.

use std::collections::BTreeMap;
use std::ops::Range;

use axum::body::Bytes;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use md5::{Digest as _, Md5};
use serde_json::json;
use time::OffsetDateTime;
use time::format_description::well_known::{Rfc2822, Rfc3339};

use super::Answer;
use super::buckets::known;
use super::call::Input;
use super::response::{empty, failed, hex, no_bucket, no_key, output, set};
use crate::account::{Account, State};
use crate::aws::{AwsError, hex_id, now};
use crate::services::s3::address::Address;
use crate::services::s3::bucket::BUCKET;
use crate::services::s3::buckets::Version;

pub(super) async fn put(account: &Account, input: &Input) -> Answer {
    account.read(|state| known(state, input).map(|_| ()))?;
    let version = version(account, &input.body, input.kept_headers()).await?;
    let version = add(account, input, version)?;
    let mut response = empty(StatusCode::OK);
    describe(&mut response, &version);
    Ok(response)
}

pub(super) async fn get(account: &Account, input: &Input) -> Answer {
    let version = find(account, input)?;
    if let Some(answer) = precondition(input, &version) {
        return answer;
    }
    let bytes = contents(account, &version).await?;
    let mut response = match range(input.header("range"), bytes.len())? {
        None => bytes.into_response(),
        Some(range) => {
            let shown = format!("bytes {}-{}/{}", range.start, range.end - 1, bytes.len());
            let mut part = (StatusCode::PARTIAL_CONTENT, bytes.slice(range)).into_response();
            set(&mut part, "content-range", &shown);
            part
        }
    };
    head_of(&mut response, &version);
    Ok(response)
}

pub(super) fn head(account: &Account, input: &Input) -> Answer {
    let version = find(account, input)?;
    if let Some(answer) = precondition(input, &version) {
        return answer;
    }
    let mut response = empty(StatusCode::OK);
    set(&mut response, "content-length", &version.size.to_string());
    head_of(&mut response, &version);
    Ok(response)
}

pub(super) async fn copy(account: &Account, input: &Input) -> Answer {
    let source = input.header("x-amz-copy-source").unwrap_or("");
    let source = format!("/{}", source.trim_start_matches('/'));
    let wrong = || {
        let sentence = "Copy Source must mention the source bucket and key: sourcebucket/sourcekey";
        failed("InvalidArgument", sentence, 400)
    };
    let uri = source.parse().map_err(|_| wrong())?;
    let source = Address::of_request("", &uri).ok_or_else(wrong)?;
    let key = source.key.as_deref().ok_or_else(wrong)?;
    let original = account.read(|state| {
        let bucket = state.buckets.get(&source.bucket).ok_or_else(no_bucket)?;
        let version = bucket.version(key, source.parameter("versionId"));
        version.cloned().ok_or_else(no_key)
    })?;
    let bytes = contents(account, &original).await?;
    let headers = match input.header("x-amz-metadata-directive") {
        Some("REPLACE") => input.kept_headers(),
        _ => original.headers,
    };
    let copy = version(account, &bytes, headers).await?;
    let copy = add(account, input, copy)?;
    let result = json!({"ETag": copy.etag, "LastModified": copy.modified});
    let mut response = output("CopyObjectResult", &result);
    describe(&mut response, &copy);
    Ok(response)
}

/// A new version with its bytes in a file.
pub(super) async fn version(
    account: &Account,
    bytes: &[u8],
    headers: BTreeMap<String, String>,
) -> Result<Version, AwsError> {
    let content = account.contents.write(bytes).await;
    let content = content.map_err(|err| internal(&err))?;
    Ok(Version {
        id: "null".to_owned(),
        modified: now(),
        etag: format!("\"{}\"", hex(&Md5::digest(bytes))),
        size: bytes.len() as u64,
        content: Some(content),
        headers,
    })
}

/// Writes an object for a service of AWS.
pub(in crate::services::s3) async fn add_object(
    account: &Account,
    (bucket, key): (&str, &str),
    bytes: &[u8],
    headers: BTreeMap<String, String>,
) -> Result<Version, AwsError> {
    let version = version(account, bytes, headers).await?;
    add_to(account, (bucket, key), version)
}

/// Adds a version to the object of a request.
pub(super) fn add(account: &Account, input: &Input, version: Version) -> Result<Version, AwsError> {
    add_to(account, (input.bucket(), input.key()), version)
}

fn add_to(
    account: &Account,
    (bucket, key): (&str, &str),
    version: Version,
) -> Result<Version, AwsError> {
    let version = account.change(|state| {
        let id = new_id(state, bucket);
        let version = Version { id, ..version };
        let bucket = state.buckets.get_mut(bucket);
        let replaced = bucket.ok_or_else(no_bucket)?.put(key, version.clone());
        account.contents.remove(replaced);
        Ok::<_, AwsError>(version)
    })?;
    Ok(version)
}

/// The id of a new version: `null` unless the bucket keeps versions.
pub(super) fn new_id(state: &State, bucket: &str) -> String {
    let item = state.inventory.get_of(BUCKET, bucket);
    let status = item.and_then(|item| item.properties.pointer("/VersioningConfiguration/Status"));
    match status {
        Some(status) if status == "Enabled" => hex_id(32),
        _ => "null".to_owned(),
    }
}

pub(super) async fn contents(account: &Account, version: &Version) -> Result<Bytes, AwsError> {
    let content = version.content.as_ref().ok_or_else(no_key)?;
    let bytes = account.contents.read(content).await;
    bytes.map_err(|err| internal(&err))
}

fn internal(err: &std::io::Error) -> AwsError {
    let sentence = format!("The local AWS cannot keep or read the content of an object: {err}");
    failed("InternalError", &sentence, 500)
}

/// The version that a request names. A delete marker is no object.
fn find(account: &Account, input: &Input) -> Result<Version, AwsError> {
    account.read(|state| {
        let id = input.address.parameter("versionId");
        let found = known(state, input)?.version(input.key(), id);
        let missing = || match id {
            Some(_) => failed(
                "NoSuchVersion",
                "The specified version does not exist.",
                404,
            ),
            None => no_key(),
        };
        let found = found.cloned().ok_or_else(missing)?;
        if found.content.is_none() {
            return Err(no_key());
        }
        Ok(found)
    })
}

/// The answer to a request whose condition is not met.
fn precondition(input: &Input, version: &Version) -> Option<Answer> {
    let is_same =
        |given: &str| given == "*" || given.trim_matches('"') == version.etag.trim_matches('"');
    if input
        .header("if-match")
        .is_some_and(|given| !is_same(given))
    {
        let sentence = "At least one of the pre-conditions you specified did not hold";
        return Some(Err(failed("PreconditionFailed", sentence, 412)));
    }
    if input.header("if-none-match").is_some_and(is_same) {
        return Some(Ok(empty(StatusCode::NOT_MODIFIED)));
    }
    None
}

/// The bytes that the header `Range` asks for; `None` for all of them.
fn range(header: Option<&str>, length: usize) -> Result<Option<Range<usize>>, AwsError> {
    let Some((first, last)) = header
        .and_then(|header| header.strip_prefix("bytes="))
        .and_then(|range| range.split_once('-'))
    else {
        return Ok(None);
    };
    let range = match (first.parse::<usize>(), last.parse::<usize>()) {
        (Ok(first), Ok(last)) if first <= last => first..last.saturating_add(1).min(length),
        (Ok(first), _) if last.is_empty() => first..length,
        (_, Ok(count)) if first.is_empty() => length.saturating_sub(count)..length,
        _ => return Ok(None),
    };
    if range.is_empty() {
        let sentence = "The requested range is not satisfiable";
        return Err(failed("InvalidRange", sentence, 416));
    }
    Ok(Some(range))
}

fn head_of(response: &mut Response, version: &Version) {
    set(response, "content-type", "binary/octet-stream");
    for (name, value) in &version.headers {
        set(response, name, value);
    }
    set(response, "accept-ranges", "bytes");
    set(response, "last-modified", &http_date(&version.modified));
    describe(response, version);
}

fn describe(response: &mut Response, version: &Version) {
    set(response, "etag", &version.etag);
    set(response, "x-amz-server-side-encryption", "AES256");
    if version.id != "null" {
        set(response, "x-amz-version-id", &version.id);
    }
}

/// A time in the form of HTTP: `Fri, 27 Nov 2026 10:00:00 GMT`.
fn http_date(time: &str) -> String {
    let parsed = OffsetDateTime::parse(time, &Rfc3339);
    let parsed = parsed.unwrap_or(OffsetDateTime::UNIX_EPOCH);
    let text = parsed.format(&Rfc2822).unwrap_or_default();
    text.replace("+0000", "GMT")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_lies_within_the_object() {
        let of = |header: &str| range(Some(header), 10).map_err(|err| err.code);
        assert_eq!(range(None, 10).unwrap(), None);
        assert_eq!(of("bytes=0-4"), Ok(Some(0..5)));
        assert_eq!(of("bytes=5-"), Ok(Some(5..10)));
        assert_eq!(of("bytes=-3"), Ok(Some(7..10)));
        assert_eq!(of("bytes=8-99"), Ok(Some(8..10)));
        assert_eq!(of("bytes=10-"), Err("InvalidRange".to_owned()));
        assert_eq!(of("bytes=4-2"), Ok(None));
        assert_eq!(of("lines=1-2"), Ok(None));
    }

    #[test]
    fn a_time_has_the_form_of_http() {
        assert_eq!(
            http_date("2026-11-27T10:00:00.000Z"),
            "Fri, 27 Nov 2026 10:00:00 GMT"
        );
    }
}
