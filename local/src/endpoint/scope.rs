//! How a request is signed: the `Authorization` header, or the query of a presigned URL.

use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderMap, Uri};

use super::SMITHY;
use crate::aws::{AwsError, protocol_of};

/// The signature of a request, and what it says about itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Signed {
    pub(super) access_key_id: String,
    /// `20261128`
    pub(super) day: String,
    pub(super) region: String,
    pub(super) service: String,
    pub(super) headers: Vec<String>,
    pub(super) signature: String,
    /// `20261128T150000Z`
    pub(super) time: String,
    pub(super) token: Option<String>,
    /// How many seconds a presigned URL is valid.
    pub(super) expires: Option<u32>,
}

/// The services that have one endpoint for all regions, or may be called by one.
const GLOBAL: [&str; 4] = ["budgets", "iam", "route53", "sts"];

/// Whether the request is signed in one of the two ways.
pub(super) fn is_signed(headers: &HeaderMap, uri: &Uri) -> bool {
    headers.contains_key(AUTHORIZATION) || is_presigned(uri)
}

fn is_presigned(uri: &Uri) -> bool {
    query(uri, "X-Amz-Credential").is_some()
}

/// Reads how the request is signed.
///
/// # Errors
/// The signature is missing or incomplete.
pub(super) fn read(headers: &HeaderMap, uri: &Uri) -> Result<Signed, AwsError> {
    if is_presigned(uri) {
        return from_query(uri);
    }
    let missing = || {
        AwsError::new(
            "MissingAuthenticationToken",
            "Request is missing Authentication Token",
        )
        .with_status(403)
    };
    let text = headers.get(AUTHORIZATION).ok_or_else(missing)?;
    let text = text.to_str().map_err(|_| incomplete("Authorization"))?;
    let part = |name: &str| {
        let (_, rest) = text.split_once(name)?;
        rest.strip_prefix('=')?.split([',', ' ']).next()
    };
    let credential = part("Credential").ok_or_else(|| incomplete("Credential"))?;
    let header = |name: &str| {
        let value = headers.get(name)?.to_str().ok()?;
        Some(value.to_owned())
    };
    Ok(Signed {
        headers: list(part("SignedHeaders").unwrap_or("")),
        signature: part("Signature").unwrap_or("").to_owned(),
        time: header("x-amz-date").unwrap_or_default(),
        token: header("x-amz-security-token"),
        ..Signed::of(credential)?
    })
}

fn from_query(uri: &Uri) -> Result<Signed, AwsError> {
    let part = |name: &str| query(uri, name).unwrap_or_default();
    Ok(Signed {
        headers: list(&part("X-Amz-SignedHeaders")),
        signature: part("X-Amz-Signature"),
        time: part("X-Amz-Date"),
        token: query(uri, "X-Amz-Security-Token"),
        expires: part("X-Amz-Expires").parse().ok(),
        ..Signed::of(&part("X-Amz-Credential"))?
    })
}

impl Signed {
    /// The parts of `KEY/DAY/REGION/SERVICE/aws4_request`.
    fn of(credential: &str) -> Result<Self, AwsError> {
        let mut parts = credential.split('/').map(str::to_owned);
        let mut part = || {
            parts
                .next()
                .filter(|part| !part.is_empty())
                .ok_or_else(|| incomplete("Credential"))
        };
        Ok(Self {
            access_key_id: part()?,
            day: part()?,
            region: part()?,
            service: part()?,
            headers: Vec::new(),
            signature: String::new(),
            time: String::new(),
            token: None,
            expires: None,
        })
    }
}

fn list(headers: &str) -> Vec<String> {
    headers.split(';').map(str::to_ascii_lowercase).collect()
}

fn incomplete(part: &str) -> AwsError {
    let sentence = format!("Authorization header requires '{part}' parameter.");
    AwsError::new("IncompleteSignature", sentence).with_status(403)
}

/// The parameter `name` of the query.
fn query(uri: &Uri, name: &str) -> Option<String> {
    let mut parameters = form_urlencoded::parse(uri.query()?.as_bytes());
    let (_, value) = parameters.find(|(key, _)| key == name)?;
    Some(value.into_owned())
}

/// Checks the region.
///
/// # Errors
/// The service's error for a request that is signed for another region.
pub(super) fn in_region(signed: &Signed, region: &str) -> Result<(), AwsError> {
    let Signed {
        region: wanted,
        service,
        ..
    } = signed;
    if wanted == region || GLOBAL.contains(&service.as_str()) {
        return Ok(());
    }
    if service == "s3" {
        let sentence = format!(
            "The authorization header is malformed; the region '{wanted}' is wrong; expecting '{region}'"
        );
        return Err(AwsError::new("AuthorizationHeaderMalformed", sentence));
    }
    let sentence = format!(
        "Credential should be scoped to a valid region, not '{wanted}'. The local AWS is in {region}."
    );
    Err(match protocol_of(service) {
        Some("ec2") => AwsError::new("AuthFailure", sentence).with_status(401),
        Some("query" | "rest-xml" | SMITHY) | None => {
            AwsError::new("SignatureDoesNotMatch", sentence).with_status(403)
        }
        Some(_) => AwsError::new("InvalidSignatureException", sentence),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_credential_scope_names_the_service() {
        let service = |text: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(AUTHORIZATION, text.parse().unwrap());
            let signed = read(&headers, &Uri::from_static("/")).map_err(|err| err.code)?;
            in_region(&signed, "eu-west-1").map_err(|err| err.code)?;
            Ok::<_, String>(signed.service)
        };
        assert_eq!(service("AWS4-HMAC-SHA256 Credential=k/20260101/eu-west-1/ssm/aws4_request, SignedHeaders=host").unwrap(), "ssm");
        for (wrong, code) in [
            ("us-east-1/ssm", "InvalidSignatureException"),
            ("us-east-1/cloudformation", "SignatureDoesNotMatch"),
            ("us-east-1/ec2", "AuthFailure"),
            ("us-east-1/s3", "AuthorizationHeaderMalformed"),
        ] {
            let header = format!("Credential=k/20260101/{wrong}/aws4_request");
            assert_eq!(service(&header).unwrap_err(), code, "{wrong}");
        }
        assert!(service("Credential=k/20260101/us-east-1/iam/aws4_request").is_ok());
        assert_eq!(service("Basic abc").unwrap_err(), "IncompleteSignature");
        assert_eq!(
            service("Credential=a/b").unwrap_err(),
            "IncompleteSignature"
        );
        let unsigned = read(&HeaderMap::new(), &Uri::from_static("/"));
        assert_eq!(unsigned.unwrap_err().code, "MissingAuthenticationToken");
    }
    #[test]
    fn a_presigned_url_is_read_from_its_query() {
        let uri = Uri::from_static(
            "/a?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=k%2F20260101%2Feu-west-1%2Fs3%2Faws4_request&X-Amz-Date=20260101T000000Z&X-Amz-Expires=60&X-Amz-SignedHeaders=host%3Bx-a&X-Amz-Signature=ab",
        );
        assert!(is_signed(&HeaderMap::new(), &uri));
        let signed = read(&HeaderMap::new(), &uri).unwrap();
        assert_eq!((signed.service.as_str(), signed.expires), ("s3", Some(60)));
        assert_eq!(signed.headers, ["host", "x-a"]);
        assert!(!is_signed(&HeaderMap::new(), &Uri::from_static("/?a=b")));
    }
}
