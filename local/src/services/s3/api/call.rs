//! A request to S3, and what its actions read of it.

use std::collections::BTreeMap;

use axum::body::Bytes;
use axum::http::{HeaderMap, Method, Uri};

use super::body;
use super::response::failed;
use crate::aws::AwsError;
use crate::services::s3::address::Address;

/// A request as it arrives.
pub(crate) struct Call {
    pub(crate) method: Method,
    pub(crate) uri: Uri,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    pub(crate) request_id: String,
}

/// What an error says about its request.
pub(super) struct Caller {
    pub(super) request_id: String,
    pub(super) resource: String,
    /// The answer to a HEAD request has no body.
    pub(super) is_head: bool,
}

/// A request that has been read.
pub(super) struct Input {
    pub(super) method: Method,
    pub(super) address: Address,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

/// The headers that S3 keeps with an object and gives back.
const KEPT: [&str; 6] = [
    "cache-control",
    "content-disposition",
    "content-encoding",
    "content-language",
    "content-type",
    "expires",
];

impl Call {
    pub(super) fn caller(&self) -> Caller {
        Caller {
            request_id: self.request_id.clone(),
            resource: self.uri.path().to_owned(),
            is_head: self.method == Method::HEAD,
        }
    }

    /// # Errors
    /// S3's error for a path or a body that cannot be read.
    pub(super) fn read(self) -> Result<Input, AwsError> {
        let host = self.headers.get("host").and_then(|host| host.to_str().ok());
        let address = Address::of_request(host.unwrap_or(""), &self.uri)
            .ok_or_else(|| failed("InvalidURI", "Couldn't parse the specified URI.", 400))?;
        let body = body::read(&self.headers, self.body)?;
        Ok(Input {
            method: self.method,
            address,
            headers: self.headers,
            body,
        })
    }
}

impl Input {
    pub(super) fn bucket(&self) -> &str {
        &self.address.bucket
    }

    /// The key; the actions of objects are selected by it.
    pub(super) fn key(&self) -> &str {
        self.address.key.as_deref().unwrap_or("")
    }

    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// Whether the request names an object to copy.
    pub(super) fn copies(&self) -> bool {
        self.headers.contains_key("x-amz-copy-source")
    }

    /// The headers that are kept with an object.
    pub(super) fn kept_headers(&self) -> BTreeMap<String, String> {
        let mut kept = BTreeMap::new();
        for (name, value) in &self.headers {
            let is_kept = KEPT.contains(&name.as_str()) || name.as_str().starts_with("x-amz-meta-");
            if let (true, Ok(value)) = (is_kept, value.to_str()) {
                kept.insert(name.as_str().to_owned(), value.to_owned());
            }
        }
        if let Some(encoding) = kept.remove("content-encoding") {
            let own: Vec<&str> = encoding
                .split(',')
                .map(str::trim)
                .filter(|part| *part != "aws-chunked" && !part.is_empty())
                .collect();
            if !own.is_empty() {
                kept.insert("content-encoding".to_owned(), own.join(","));
            }
        }
        kept
    }
}
