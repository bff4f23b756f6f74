//! The region and service that a request is signed for. The signature itself is not checked.

use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;

use crate::aws::{AwsError, protocol_of};

/// The credential scope of a request: `Credential=KEY/DATE/REGION/SERVICE/aws4_request`.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Scope {
    region: String,
    pub(super) service: String,
}

/// The services that have one endpoint for all regions, or may be called by one.
const GLOBAL: [&str; 4] = ["budgets", "iam", "route53", "sts"];

pub(super) fn signed_for(headers: &HeaderMap) -> Result<Scope, AwsError> {
    let missing = || {
        AwsError::new(
            "MissingAuthenticationToken",
            "Request is missing Authentication Token",
        )
        .with_status(403)
    };
    let header = headers.get(AUTHORIZATION).ok_or_else(missing)?;
    let incomplete = || {
        AwsError::new(
            "IncompleteSignature",
            "The Authorization header has no credential scope.",
        )
        .with_status(403)
    };
    let text = header.to_str().map_err(|_| incomplete())?;
    let (_, credential) = text.split_once("Credential=").ok_or_else(incomplete)?;
    let scope = credential.split([',', ' ']).next().unwrap_or(credential);
    let mut parts = scope.split('/').skip(2).map(str::to_owned);
    let (region, service) = parts.next().zip(parts.next()).ok_or_else(incomplete)?;
    Ok(Scope { region, service })
}

/// Checks the region.
///
/// # Errors
/// The service's error for a request that is signed for another region.
pub(super) fn in_region(scope: &Scope, region: &str) -> Result<(), AwsError> {
    let Scope {
        region: wanted,
        service,
    } = scope;
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
        Some("query" | "rest-xml") | None => {
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
            let scope = signed_for(&headers).map_err(|err| err.code)?;
            in_region(&scope, "eu-west-1").map_err(|err| err.code)?;
            Ok::<_, String>(scope.service)
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
        assert_eq!(
            signed_for(&HeaderMap::new()).unwrap_err().code,
            "MissingAuthenticationToken"
        );
    }
}
