//! Which action a request is: S3 has no member that names it.

use axum::http::Method;

use super::absent::part;
use crate::services::s3::address::Address;

/// An action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Action {
    AbortMultipartUpload,
    CompleteMultipartUpload,
    CopyObject,
    CreateBucket,
    CreateMultipartUpload,
    DeleteBucket,
    DeleteBucketPolicy,
    DeleteObject,
    DeleteObjects,
    /// Reads a part of a bucket's configuration.
    GetBucket(Subject),
    /// Reads a part that no action changes.
    GetAbsent(usize),
    GetBucketLocation,
    GetObject,
    HeadBucket,
    HeadObject,
    ListBuckets,
    ListMultipartUploads,
    ListObjectVersions,
    ListObjects,
    ListObjectsV2,
    ListParts,
    /// Changes a part of a bucket's configuration.
    PutBucket(Subject),
    PutObject,
    Unknown,
    UploadPart,
}

/// A part of a bucket's configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Subject {
    Encryption,
    Policy,
    PublicAccessBlock,
    Tagging,
    Versioning,
}

/// The parameters that select another action than reading or writing the bucket or object itself.
/// Those without a line in [`of_bucket`] or [`of_object`] select an action that the local AWS does
/// not have.
const SELECTORS: [&str; 29] = [
    "accelerate",
    "acl",
    "analytics",
    "attributes",
    "cors",
    "delete",
    "encryption",
    "intelligent-tiering",
    "inventory",
    "legal-hold",
    "lifecycle",
    "location",
    "logging",
    "metrics",
    "notification",
    "object-lock",
    "ownershipControls",
    "policy",
    "policyStatus",
    "publicAccessBlock",
    "replication",
    "requestPayment",
    "restore",
    "retention",
    "tagging",
    "uploads",
    "versioning",
    "versions",
    "website",
];

/// The action of a request; `copies` if it names an object to copy.
pub(super) fn action(method: &Method, address: &Address, copies: bool) -> Action {
    let selector = SELECTORS.into_iter().find(|name| address.has(name));
    if address.bucket.is_empty() {
        return match *method {
            Method::GET => Action::ListBuckets,
            _ => Action::Unknown,
        };
    }
    match &address.key {
        None => of_bucket(method, selector, address),
        Some(_) => of_object(method, selector, address, copies),
    }
}

fn of_bucket(method: &Method, selector: Option<&str>, address: &Address) -> Action {
    match (method.as_str(), selector) {
        ("GET", None) if address.parameter("list-type") == Some("2") => Action::ListObjectsV2,
        ("GET", None) => Action::ListObjects,
        ("HEAD", None) => Action::HeadBucket,
        ("PUT", None) => Action::CreateBucket,
        ("DELETE", None) => Action::DeleteBucket,
        ("DELETE", Some("policy")) => Action::DeleteBucketPolicy,
        ("GET", Some("location")) => Action::GetBucketLocation,
        ("GET", Some("versions")) => Action::ListObjectVersions,
        ("GET", Some("uploads")) => Action::ListMultipartUploads,
        ("POST", Some("delete")) => Action::DeleteObjects,
        ("GET", Some(name)) => match (subject(name), part(name)) {
            (Some(subject), _) => Action::GetBucket(subject),
            (None, Some(part)) => Action::GetAbsent(part),
            (None, None) => Action::Unknown,
        },
        ("PUT", Some(name)) => subject(name).map_or(Action::Unknown, Action::PutBucket),
        _ => Action::Unknown,
    }
}

fn of_object(method: &Method, selector: Option<&str>, address: &Address, copies: bool) -> Action {
    let is_upload = address.has("uploadId");
    match (method.as_str(), selector) {
        ("POST", Some("uploads")) => Action::CreateMultipartUpload,
        ("PUT", None) if is_upload && copies => Action::Unknown,
        ("PUT", None) if is_upload => Action::UploadPart,
        ("PUT", None) if copies => Action::CopyObject,
        ("POST", None) if is_upload => Action::CompleteMultipartUpload,
        ("DELETE", None) if is_upload => Action::AbortMultipartUpload,
        ("GET", None) if is_upload => Action::ListParts,
        ("GET", None) => Action::GetObject,
        ("HEAD", None) => Action::HeadObject,
        ("PUT", None) => Action::PutObject,
        ("DELETE", None) => Action::DeleteObject,
        _ => Action::Unknown,
    }
}

fn subject(name: &str) -> Option<Subject> {
    match name {
        "encryption" => Some(Subject::Encryption),
        "policy" => Some(Subject::Policy),
        "publicAccessBlock" => Some(Subject::PublicAccessBlock),
        "tagging" => Some(Subject::Tagging),
        "versioning" => Some(Subject::Versioning),
        _ => None,
    }
}
