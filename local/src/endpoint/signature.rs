//! Signature Version 4: signs a request again, and compares.
//!
//! Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html>.

use std::fmt::Write as _;
use std::time::SystemTime;

use aws_sigv4::sign::v4::{calculate_signature, generate_signing_key};
use axum::http::{HeaderMap, Method, Uri};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;
use time::macros::format_description;
use time::{OffsetDateTime, PrimitiveDateTime};

use super::scope::Signed;
use crate::aws::percent_encoded;

/// A request, as far as its signature covers it.
pub(super) struct Covered<'a> {
    pub(super) method: &'a Method,
    pub(super) uri: &'a Uri,
    pub(super) headers: &'a HeaderMap,
    pub(super) body: &'a [u8],
}

/// The time at which the request was signed.
pub(super) fn time(signed: &Signed) -> Option<OffsetDateTime> {
    let format = format_description!("[year][month][day]T[hour][minute][second]Z");
    let time = PrimitiveDateTime::parse(&signed.time, format).ok()?;
    Some(time.assume_utc())
}

/// Whether the signature is the one that this secret makes.
pub(super) fn fits(signed: &Signed, request: &Covered<'_>, secret: &str) -> bool {
    sign(signed, request, secret).is_some_and(|expected| {
        let given = signed.signature.as_bytes();
        expected.as_bytes().ct_eq(given).into()
    })
}

/// The signature that this secret makes; nothing for a request that cannot be signed like this.
pub(super) fn sign(signed: &Signed, request: &Covered<'_>, secret: &str) -> Option<String> {
    let time = time(signed).filter(|_| signed.time.starts_with(&signed.day))?;
    let canonical = canonical(signed, request, &payload_hash(signed, request)?);
    let text = format!(
        "AWS4-HMAC-SHA256\n{}\n{}/{}/{}/aws4_request\n{}",
        signed.time,
        signed.day,
        signed.region,
        signed.service,
        hex(canonical.as_bytes())
    );
    let key = generate_signing_key(
        secret,
        SystemTime::from(time),
        &signed.region,
        &signed.service,
    );
    Some(calculate_signature(key, text.as_bytes()))
}

/// The hash of the body as it is signed; nothing if the request gives another one than its own.
fn payload_hash(signed: &Signed, request: &Covered<'_>) -> Option<String> {
    let given = request.headers.get("x-amz-content-sha256");
    let given = given.and_then(|hash| hash.to_str().ok());
    match given {
        // A body whose hash is not signed, or is signed in chunks.
        Some(hash) if hash.starts_with("UNSIGNED-") || hash.starts_with("STREAMING-") => {
            Some(hash.to_owned())
        }
        Some(hash) => Some(hex(request.body)).filter(|own| own == hash),
        None if signed.expires.is_some() && signed.service == "s3" => {
            Some("UNSIGNED-PAYLOAD".into())
        }
        None => Some(hex(request.body)),
    }
}

fn canonical(signed: &Signed, request: &Covered<'_>, hash: &str) -> String {
    let headers = signed.headers.iter().map(|name| {
        let values = request.headers.get_all(name).iter();
        let values: Vec<String> = values
            .map(|value| {
                let text = String::from_utf8_lossy(value.as_bytes()).into_owned();
                text.split(' ')
                    .filter(|part| !part.is_empty())
                    .collect::<Vec<_>>()
                    .join(" ")
            })
            .collect();
        format!("{name}:{}\n", values.join(","))
    });
    let (method, path, query) = (
        request.method,
        path(signed, request.uri),
        query(request.uri),
    );
    format!(
        "{method}\n{path}\n{query}\n{}\n{}\n{hash}",
        headers.collect::<String>(),
        signed.headers.join(";")
    )
}

/// The path. Every service but S3 encodes it once more, and removes `.` and `..`.
fn path(signed: &Signed, uri: &Uri) -> String {
    let path = uri.path();
    if signed.service == "s3" {
        return path.to_owned();
    }
    let mut segments: Vec<&str> = Vec::new();
    for segment in path.split('/') {
        match segment {
            "" | "." => {}
            ".." => drop(segments.pop()),
            segment => segments.push(segment),
        }
    }
    let segments: Vec<String> = segments.iter().map(|part| percent_encoded(part)).collect();
    let end = if path.len() > 1 && path.ends_with('/') {
        "/"
    } else {
        ""
    };
    format!("/{}{end}", segments.join("/"))
}

/// The query, sorted, without the signature itself.
fn query(uri: &Uri) -> String {
    let query = uri.query().unwrap_or("").replace('+', "%20");
    let mut parameters: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes())
        .filter(|(name, _)| name != "X-Amz-Signature")
        .map(|(name, value)| (percent_encoded(&name), percent_encoded(&value)))
        .collect();
    parameters.sort();
    let parameters = parameters
        .into_iter()
        .map(|(name, value)| format!("{name}={value}"));
    parameters.collect::<Vec<_>>().join("&")
}

fn hex(data: &[u8]) -> String {
    let mut text = String::with_capacity(64);
    for byte in Sha256::digest(data) {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::super::scope;
    use super::*;

    /// The example `get-vanilla-query-order-key-case` of AWS's test suite for Signature Version 4.
    #[test]
    fn the_signature_of_an_example_of_aws_fits() {
        let mut headers = HeaderMap::new();
        headers.insert("host", "example.amazonaws.com".parse().unwrap());
        headers.insert("x-amz-date", "20150830T123600Z".parse().unwrap());
        headers.insert("authorization", "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=host;x-amz-date, Signature=b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500".parse().unwrap());
        let uri = Uri::from_static("/?Param2=value2&Param1=value1");
        let signed = scope::read(&headers, &uri).unwrap();
        let fits = |body: &[u8], secret: &str| {
            let request = Covered {
                method: &Method::GET,
                uri: &uri,
                headers: &headers,
                body,
            };
            fits(&signed, &request, secret)
        };
        let secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
        assert!(fits(b"", secret));
        assert!(!fits(b"another body", secret));
        assert!(!fits(b"", "another secret"));
    }

    #[test]
    fn paths_are_normalised_and_encoded_once_more() {
        let mut headers = HeaderMap::new();
        headers.insert(
            "authorization",
            "Credential=k/1/r/service/aws4_request".parse().unwrap(),
        );
        let signed = scope::read(&headers, &Uri::from_static("/")).unwrap();
        let cases = [
            ("/", "/"),
            ("/a/../b/", "/b/"),
            ("/a%20b", "/a%2520b"),
            ("/./a//b", "/a/b"),
        ];
        for (path, expected) in cases {
            assert_eq!(super::path(&signed, &Uri::from_static(path)), expected);
        }
    }
}
