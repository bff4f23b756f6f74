//! Listing the versions of the objects of a bucket.

use serde_json::{Value, json};

use super::Answer;
use super::buckets::known;
use super::call::Input;
use super::listing::Query;
use super::response::{failed, output};
use crate::account::Account;
use crate::services::s3::buckets::Version;

/// `ListObjectVersions`, without a delimiter.
pub(super) fn list(account: &Account, input: &Input) -> Answer {
    let query = Query::of(input)?;
    if query.delimiter.is_some() {
        let sentence = "The local AWS does not do Delimiter of ListObjectVersions yet.";
        return Err(failed("NotImplemented", sentence, 501));
    }
    let marker = input.address.parameter("key-marker").unwrap_or("");
    let version_marker = input.address.parameter("version-id-marker").unwrap_or("");
    account.read(|state| {
        let objects = &known(state, input)?.objects;
        let all = objects
            .iter()
            .filter(|(key, _)| key.starts_with(query.prefix) && key.as_str() >= marker)
            .flat_map(|(key, versions)| {
                let newest = versions.len();
                let versions = versions.iter().enumerate().rev();
                versions.map(move |(place, version)| (key.as_str(), version, place + 1 == newest))
            });
        let after = all.skip_while(|(key, version, _)| {
            // Without a version, the page begins after the key of the marker.
            *key == marker && !marker.is_empty() && version.id != version_marker
        });
        let skipped = usize::from(!version_marker.is_empty());
        let mut rest = after.skip(skipped).peekable();
        let page: Vec<_> = rest.by_ref().take(query.most).collect();
        let next = rest.peek().and_then(|_| page.last());
        let shown = |wanted: bool| -> Vec<Value> {
            page.iter()
                .filter(|(_, version, _)| version.content.is_some() == wanted)
                .map(|(key, version, is_latest)| entry(&query.written(key), version, *is_latest))
                .collect()
        };
        let members = json!({
            "Name": input.bucket(),
            "Prefix": query.written(query.prefix),
            "KeyMarker": query.written(marker),
            "VersionIdMarker": version_marker,
            "MaxKeys": query.most,
            "EncodingType": query.encodes.then_some("url"),
            "IsTruncated": next.is_some(),
            "NextKeyMarker": next.map(|(key, _, _)| query.written(key)),
            "NextVersionIdMarker": next.map(|(_, version, _)| &version.id),
            "Version": shown(true),
            "DeleteMarker": shown(false),
        });
        Ok(output("ListVersionsResult", &members))
    })
}

fn entry(key: &str, version: &Version, is_latest: bool) -> Value {
    let is_object = version.content.is_some();
    json!({
        "Key": key,
        "VersionId": version.id,
        "IsLatest": is_latest,
        "LastModified": version.modified,
        "ETag": is_object.then_some(&version.etag),
        "Size": is_object.then_some(version.size),
        "StorageClass": is_object.then_some("STANDARD"),
    })
}
