//! The region and service that a request is signed for. The signature itself is not checked.

use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;

use crate::aws::AwsError;

/// The credential scope of a request: `Credential=KEY/DATE/REGION/SERVICE/aws4_request`.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Scope {
    region: String,
    service: String,
}

/// Whether the query has the signature of a presigned URL.
pub(super) fn is_presigned(query: &str) -> bool {
    presigned(query).is_some()
}

fn presigned(query: &str) -> Option<String> {
    let mut parameters = form_urlencoded::parse(query.as_bytes());
    let (_, credential) = parameters.find(|(name, _)| name == "X-Amz-Credential")?;
    Some(credential.into_owned())
}

/// The scope in the header `Authorization`, or in the query of a presigned URL.
pub(super) fn signed_for(headers: &HeaderMap, query: &str) -> Result<Scope, AwsError> {
    let missing = || {
        AwsError::new(
            "MissingAuthenticationToken",
            "Request is missing Authentication Token",
        )
        .with_status(403)
    };
    let incomplete = || {
        AwsError::new(
            "IncompleteSignature",
            "The Authorization header has no credential scope.",
        )
        .with_status(403)
    };
    let scope = match presigned(query) {
        Some(credential) => credential,
        None => {
            let header = headers.get(AUTHORIZATION).ok_or_else(missing)?;
            let text = header.to_str().map_err(|_| incomplete())?;
            let (_, credential) = text.split_once("Credential=").ok_or_else(incomplete)?;
            let scope = credential.split([',', ' ']).next();
            scope.unwrap_or(credential).to_owned()
        }
    };
    let mut parts = scope.split('/').skip(2).map(str::to_owned);
    let (region, service) = parts.next().zip(parts.next()).ok_or_else(incomplete)?;
    Ok(Scope { region, service })
}

/// The service, if the request is for this region. STS may be signed for its global endpoint.
pub(super) fn in_region(scope: Scope, region: &str) -> Result<String, AwsError> {
    if scope.region == region || scope.service == "sts" {
        return Ok(scope.service);
    }
    let sentence = format!(
        "Credential should be scoped to a valid region: the local AWS is in {region}, not in {}.",
        scope.region
    );
    Err(AwsError::new("SignatureDoesNotMatch", sentence).with_status(403))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_credential_scope_names_the_service() {
        let service = |text: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(AUTHORIZATION, text.parse().unwrap());
            signed_for(&headers, "")
                .and_then(|scope| in_region(scope, "eu-west-1"))
                .map_err(|err| err.code)
        };
        assert_eq!(service("AWS4-HMAC-SHA256 Credential=k/20260101/eu-west-1/ssm/aws4_request, SignedHeaders=host").unwrap(), "ssm");
        assert_eq!(
            service("Credential=k/20260101/us-east-1/ssm/aws4_request").unwrap_err(),
            "SignatureDoesNotMatch"
        );
        let presigned =
            "X-Amz-Algorithm=a&X-Amz-Credential=k%2F20260101%2Feu-west-1%2Fs3%2Faws4_request";
        let scope = signed_for(&HeaderMap::new(), presigned);
        assert_eq!(scope.unwrap().service, "s3");
        assert!(is_presigned(presigned) && !is_presigned("versions"));
        assert_eq!(service("Basic abc").unwrap_err(), "IncompleteSignature");
        assert_eq!(
            service("Credential=a/b").unwrap_err(),
            "IncompleteSignature"
        );
        assert_eq!(
            signed_for(&HeaderMap::new(), "").unwrap_err().code,
            "MissingAuthenticationToken"
        );
    }
}
