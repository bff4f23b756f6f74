//! Listing the objects of a bucket.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::Answer;
use super::buckets::known;
use super::call::Input;
use super::response::{invalid, output};
use crate::account::Account;
use crate::aws::AwsError;
use crate::services::s3::buckets::{Contained, Version};

/// The most entries of a page.
const PAGE: usize = 1000;

/// What both listings read from a request.
pub(super) struct Query<'a> {
    pub(super) prefix: &'a str,
    pub(super) delimiter: Option<&'a str>,
    pub(super) most: usize,
    /// Whether keys are written as in a URL, since XML cannot have every character.
    pub(super) encodes: bool,
}

/// A page of keys and of common prefixes.
pub(super) struct Page<'a> {
    pub(super) keys: Vec<&'a str>,
    pub(super) prefixes: Vec<String>,
    /// The last entry, if there are more.
    pub(super) next: Option<String>,
}

pub(super) fn list(account: &Account, input: &Input) -> Answer {
    let query = Query::of(input)?;
    let marker = input.address.parameter("marker").unwrap_or("");
    account.read(|state| {
        let bucket = known(state, input)?;
        let page = page(bucket, &query, marker);
        let mut members = members(input, &query, bucket, &page);
        members["Marker"] = query.written(marker).into();
        let next = page.next.filter(|_| query.delimiter.is_some());
        members["NextMarker"] = next.map(|next| query.written(&next)).into();
        Ok(output("ListBucketResult", &members))
    })
}

pub(super) fn list_v2(account: &Account, input: &Input) -> Answer {
    let query = Query::of(input)?;
    let start = input.address.parameter("start-after");
    let token = input.address.parameter("continuation-token");
    account.read(|state| {
        let bucket = known(state, input)?;
        let page = page(bucket, &query, token.or(start).unwrap_or(""));
        let mut members = members(input, &query, bucket, &page);
        members["KeyCount"] = (page.keys.len() + page.prefixes.len()).into();
        members["StartAfter"] = start.map(|start| query.written(start)).into();
        members["ContinuationToken"] = token.into();
        members["NextContinuationToken"] = page.next.into();
        Ok(output("ListBucketResult", &members))
    })
}

impl<'a> Query<'a> {
    /// # Errors
    /// `InvalidArgument` for a size that is not a number.
    pub(super) fn of(input: &'a Input) -> Result<Self, AwsError> {
        let address = &input.address;
        let most = address.number("max-keys", PAGE);
        Ok(Self {
            prefix: address.parameter("prefix").unwrap_or(""),
            delimiter: address
                .parameter("delimiter")
                .filter(|text| !text.is_empty()),
            most: most.ok_or_else(|| invalid("max-keys"))?.min(PAGE),
            encodes: address.parameter("encoding-type") == Some("url"),
        })
    }

    /// A key as the listing writes it.
    pub(super) fn written(&self, key: &str) -> String {
        if !self.encodes {
            return key.to_owned();
        }
        let encoded: String = form_urlencoded::byte_serialize(key.as_bytes()).collect();
        encoded.replace("%2F", "/")
    }

    /// The part of `key` up to the delimiter after the prefix, if there is one.
    fn common<'k>(&self, key: &'k str) -> Option<&'k str> {
        let delimiter = self.delimiter?;
        let rest = key.strip_prefix(self.prefix)?;
        let end = rest.find(delimiter)? + delimiter.len();
        key.get(..self.prefix.len() + end)
    }
}

/// The page of keys after `start`.
pub(super) fn page<'a>(bucket: &'a Contained, query: &Query<'_>, start: &str) -> Page<'a> {
    let mut keys = Vec::new();
    let mut prefixes = BTreeSet::new();
    let mut last = None;
    for (key, versions) in &bucket.objects {
        let common = query.common(key);
        let entry = common.unwrap_or(key);
        let is_listed = key.starts_with(query.prefix)
            && entry > start
            && !common.is_some_and(|common| prefixes.contains(common))
            && versions
                .last()
                .is_some_and(|newest| newest.content.is_some());
        if !is_listed {
            continue;
        }
        if keys.len() + prefixes.len() == query.most {
            return Page {
                keys,
                prefixes: prefixes.into_iter().collect(),
                next: last,
            };
        }
        last = Some(entry.to_owned());
        match common {
            Some(common) => {
                prefixes.insert(common.to_owned());
            }
            None => keys.push(key.as_str()),
        }
    }
    Page {
        keys,
        prefixes: prefixes.into_iter().collect(),
        next: None,
    }
}

fn members(input: &Input, query: &Query<'_>, bucket: &Contained, page: &Page<'_>) -> Value {
    let contents = page.keys.iter().filter_map(|key| {
        let version: &Version = bucket.version(key, None)?;
        Some(json!({
            "Key": query.written(key),
            "LastModified": version.modified,
            "ETag": version.etag,
            "Size": version.size,
            "StorageClass": "STANDARD",
        }))
    });
    let prefixes = page.prefixes.iter();
    json!({
        "Name": input.bucket(),
        "Prefix": query.written(query.prefix),
        "Delimiter": query.delimiter.map(|delimiter| query.written(delimiter)),
        "MaxKeys": query.most,
        "EncodingType": query.encodes.then_some("url"),
        "IsTruncated": page.next.is_some(),
        "Contents": contents.collect::<Vec<_>>(),
        "CommonPrefixes": prefixes.map(|prefix| json!({"Prefix": query.written(prefix)})).collect::<Vec<_>>(),
    })
}
