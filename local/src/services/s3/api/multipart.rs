//! Uploading an object in parts.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use md5::{Digest as _, Md5};
use serde_json::{Value, json};

use super::Answer;
use super::buckets::known;
use super::call::Input;
use super::objects::{add, contents, version};
use super::response::{empty, failed, hex, invalid, no_bucket, output, set};
use crate::account::Account;
use crate::aws::{AwsError, hex_id, now, rest_xml};
use crate::services::s3::buckets::{Upload, Version};

/// The largest object. It is put together in memory.
const LARGEST: u64 = 1 << 30;

/// The smallest part, except the last.
const SMALLEST: u64 = 5 * 1024 * 1024;

pub(super) fn create(account: &Account, input: &Input) -> Answer {
    let id = hex_id(32);
    let upload = Upload {
        key: input.key().to_owned(),
        begun: now(),
        headers: input.kept_headers(),
        parts: BTreeMap::new(),
    };
    account.change(|state| {
        let bucket = state.buckets.get_mut(input.bucket());
        let uploads = &mut bucket.ok_or_else(no_bucket)?.uploads;
        uploads.insert(id.clone(), upload);
        Ok::<_, AwsError>(())
    })?;
    let members = json!({"Bucket": input.bucket(), "Key": input.key(), "UploadId": id});
    Ok(output("InitiateMultipartUploadResult", &members))
}

pub(super) async fn upload(account: &Account, input: &Input) -> Answer {
    find(account, input)?;
    let number = input.address.parameter("partNumber").unwrap_or("");
    let number: u32 = number.parse().map_err(|_| invalid("partNumber"))?;
    if !(1..=10_000).contains(&number) {
        let sentence = "Part number must be an integer between 1 and 10000, inclusive";
        return Err(failed("InvalidArgument", sentence, 400));
    }
    let part = version(account, &input.body, BTreeMap::new()).await?;
    let etag = part.etag.clone();
    let replaced = account.change(|state| {
        let upload = state
            .buckets
            .get_mut(input.bucket())
            .and_then(|bucket| bucket.uploads.get_mut(id(input)));
        Ok::<_, AwsError>(upload.ok_or_else(no_upload)?.parts.insert(number, part))
    })?;
    account
        .contents
        .remove(replaced.and_then(|part| part.content));
    let mut response = empty(StatusCode::OK);
    set(&mut response, "etag", &etag);
    Ok(response)
}

pub(super) async fn complete(account: &Account, input: &Input) -> Answer {
    let upload = find(account, input)?;
    let parts = wanted(input, &upload)?;
    let sizes = parts.iter().map(|part| part.size);
    if sizes.fold(0, u64::saturating_add) > LARGEST {
        return Err(AwsError::unsupported("objects of more than 1 GiB"));
    }
    let mut bytes = Vec::new();
    let mut digests = Vec::new();
    for part in &parts {
        let content = contents(account, part).await?;
        digests.extend_from_slice(&Md5::digest(&content));
        bytes.extend_from_slice(&content);
    }
    let mut whole = version(account, &bytes, upload.headers.clone()).await?;
    whole.etag = format!("\"{}-{}\"", hex(&Md5::digest(&digests)), parts.len());
    let whole = add(account, input, whole)?;
    forget(account, input);
    let members = json!({
        "Bucket": input.bucket(),
        "Key": input.key(),
        "ETag": whole.etag,
        "Location": format!("{}/{}/{}", account.endpoint_url(), input.bucket(), input.key()),
    });
    let mut response = output("CompleteMultipartUploadResult", &members);
    if whole.id != "null" {
        set(&mut response, "x-amz-version-id", &whole.id);
    }
    Ok(response)
}

/// The parts that the request lists, in their order.
fn wanted<'a>(input: &Input, upload: &'a Upload) -> Result<Vec<&'a Version>, AwsError> {
    let given = rest_xml::read(&input.body).unwrap_or_default();
    let mut parts = Vec::new();
    let mut last = 0;
    for part in rest_xml::items(&given, "Part") {
        let number = part["PartNumber"]
            .as_str()
            .and_then(|text| text.parse().ok());
        let number: u32 = number.ok_or_else(|| invalid("PartNumber"))?;
        if number <= last {
            let sentence = "The list of parts was not in ascending order. The parts list must be specified in order by part number.";
            return Err(failed("InvalidPartOrder", sentence, 400));
        }
        last = number;
        let etag = part["ETag"].as_str().unwrap_or("").trim_matches('"');
        let known = upload.parts.get(&number);
        let known = known.filter(|known| known.etag.trim_matches('"') == etag);
        parts.push(known.ok_or_else(|| {
            let sentence = "One or more of the specified parts could not be found. The part might not have been uploaded, or the specified entity tag might not have matched the part's entity tag.";
            failed("InvalidPart", sentence, 400)
        })?);
    }
    let but_last = parts.len().saturating_sub(1);
    if parts.is_empty() || parts.iter().take(but_last).any(|part| part.size < SMALLEST) {
        let sentence = "Your proposed upload is smaller than the minimum allowed object size.";
        return Err(failed("EntityTooSmall", sentence, 400));
    }
    Ok(parts)
}

pub(super) fn abort(account: &Account, input: &Input) -> Answer {
    find(account, input)?;
    forget(account, input);
    Ok(empty(StatusCode::NO_CONTENT))
}

pub(super) fn list(account: &Account, input: &Input) -> Answer {
    account.read(|state| {
        let uploads = known(state, input)?.uploads.iter();
        let uploads: Vec<Value> = uploads
            .map(|(id, one)| json!({"Key": one.key, "UploadId": id, "Initiated": one.begun}))
            .collect();
        let members = json!({"Bucket": input.bucket(), "Upload": uploads, "IsTruncated": false});
        Ok(output("ListMultipartUploadsResult", &members))
    })
}

pub(super) fn parts(account: &Account, input: &Input) -> Answer {
    let upload = find(account, input)?;
    let parts = upload.parts.iter().map(|(number, part)| {
        json!({
            "PartNumber": number,
            "ETag": part.etag,
            "Size": part.size,
            "LastModified": part.modified,
        })
    });
    let members = json!({
        "Bucket": input.bucket(),
        "Key": input.key(),
        "UploadId": id(input),
        "IsTruncated": false,
        "Part": parts.collect::<Vec<_>>(),
    });
    Ok(output("ListPartsResult", &members))
}

fn id(input: &Input) -> &str {
    input.address.parameter("uploadId").unwrap_or("")
}

fn find(account: &Account, input: &Input) -> Result<Upload, AwsError> {
    account.read(|state| {
        let upload = known(state, input)?.uploads.get(id(input));
        let upload = upload.filter(|upload| upload.key == input.key());
        upload.cloned().ok_or_else(no_upload)
    })
}

fn no_upload() -> AwsError {
    let sentence = "The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.";
    failed("NoSuchUpload", sentence, 404)
}

/// Removes an upload with the contents of its parts.
fn forget(account: &Account, input: &Input) {
    let upload = account.change(|state| {
        let bucket = state.buckets.get_mut(input.bucket())?;
        bucket.uploads.remove(id(input))
    });
    let parts = upload
        .into_iter()
        .flat_map(|upload| upload.parts.into_values());
    account
        .contents
        .remove(parts.filter_map(|part| part.content));
}
