//! What the fuzzing in `tests/fuzz` calls: the parsers of the local AWS, which are private otherwise.
//!
//! Each function takes any bytes. It must return, whatever they are.

use std::path::Path;

use axum::http::Uri;
use serde_json::Value;

use crate::aws::{Protocol, admit, read_cbor, read_query};
use crate::services::{ecr, iam, s3};

/// A template of CloudFormation: read, checked, and all of its functions resolved.
pub fn template(bytes: &[u8]) {
    if let Ok(text) = std::str::from_utf8(bytes) {
        crate::cloudformation::fuzz(text);
    }
}

/// A policy document: read as each kind of policy, and asked about a request.
pub fn policy(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    iam::fuzz(text);
}

/// A layer of an image, unpacked over what is in `root`.
pub fn layer(root: &Path, bytes: &[u8]) {
    #[cfg(target_os = "linux")]
    let _ = ecr::unpack_layer(root, bytes);
    #[cfg(not(target_os = "linux"))]
    let _ = (root, bytes);
}

/// The documents of a registry: a manifest, an index, a configuration, the name of an image.
pub fn image(bytes: &[u8]) {
    if let Ok(text) = std::str::from_utf8(bytes) {
        ecr::fuzz(text);
    }
}

/// The body and the address of a request, in all protocols.
pub fn request(bytes: &[u8]) {
    let query = read_query(bytes);
    let action = query.get("Action").and_then(Value::as_str).unwrap_or("");
    let protocol = Protocol::Query("");
    for service in ["cloudformation", "elasticloadbalancing", "iam", "sts"] {
        let _ = admit(service, protocol, action, query.clone());
    }
    let json = serde_json::from_slice(bytes).ok();
    for input in [json, read_cbor(bytes).ok()].into_iter().flatten() {
        for (service, action) in [("ecs", "RegisterTaskDefinition"), ("ecr", "PutImage")] {
            let _ = admit(service, Protocol::Json, action, input.clone());
        }
    }
    if let Some(uri) = std::str::from_utf8(bytes)
        .ok()
        .and_then(|text| text.parse::<Uri>().ok())
    {
        s3::fuzz(&uri, bytes);
    }
}
