use std::error::Error;
use std::iter::successors;

use aws_credential_types::provider::error::CredentialsError;
use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use axum::http::StatusCode;

/// The kinds of failure, each with its own way out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Kind {
    Denied,
    Missing,
    Throttled,
    TimedOut,
    Unreachable,
    Proxy,
    /// AWS does not accept them.
    Credentials,
    /// AWS does not accept them any more. Others may come.
    Expired,
    /// They cannot be read from where they are.
    NoCredentials,
    Unconfigured,
    Rejected,
    Unusable,
    Other,
}

impl Kind {
    /// The kind of an error of the SDK that no proxy has caused.
    pub(super) fn of<E, R>(err: &SdkError<E, R>) -> Self
    where
        E: ProvideErrorMetadata + Error + 'static,
        R: std::fmt::Debug + 'static,
    {
        if let Some(kind) = Self::of_credentials(err) {
            return kind;
        }
        match err {
            SdkError::TimeoutError(_) => Self::TimedOut,
            SdkError::DispatchFailure(failure) if failure.is_timeout() => Self::TimedOut,
            SdkError::DispatchFailure(failure) if failure.is_io() => Self::Unreachable,
            // Before a request is sent, only a missing region or missing credentials are left.
            SdkError::DispatchFailure(_) | SdkError::ConstructionFailure(_) => Self::Unconfigured,
            _ => err.code().map_or(Self::Other, Self::of_code),
        }
    }

    /// The kind of an error that came before the request: the credentials cannot be read.
    fn of_credentials(err: &(dyn Error + 'static)) -> Option<Self> {
        let found = successors(Some(err), |&err| err.source())
            .find_map(|err| err.downcast_ref::<CredentialsError>())?;
        Some(match found {
            CredentialsError::CredentialsNotLoaded(_) => Self::Unconfigured,
            _ => Self::NoCredentials,
        })
    }

    /// Whether the service itself fails, and will fail for other calls too.
    pub(super) fn is_of_the_service(self) -> bool {
        match self {
            Self::Throttled
            | Self::TimedOut
            | Self::Unreachable
            | Self::Proxy
            | Self::Credentials
            | Self::Expired
            | Self::NoCredentials
            | Self::Unconfigured
            | Self::Other => true,
            Self::Denied | Self::Missing | Self::Rejected | Self::Unusable => false,
        }
    }

    /// Whether it may pass without a person.
    pub(crate) fn may_pass(self) -> bool {
        match self {
            Self::Throttled
            | Self::TimedOut
            | Self::Unreachable
            | Self::Expired
            | Self::NoCredentials
            | Self::Other => true,
            Self::Denied
            | Self::Missing
            | Self::Proxy
            | Self::Credentials
            | Self::Unconfigured
            | Self::Rejected
            | Self::Unusable => false,
        }
    }

    fn of_code(code: &str) -> Self {
        match code {
            "AccessDeniedException" | "AccessDenied" => Self::Denied,
            "ParameterNotFound" | "ResourceNotFoundException" => Self::Missing,
            "ValidationException" => Self::Rejected,
            "ExpiredToken" | "ExpiredTokenException" => Self::Expired,
            "IncompleteSignature"
            | "InvalidClientTokenId"
            | "InvalidSignatureException"
            | "MissingAuthenticationToken"
            | "UnrecognizedClientException" => Self::Credentials,
            _ if connect::is_throttling(code) => Self::Throttled,
            _ => Self::Other,
        }
    }

    /// The HTTP status of the page that shows the failure.
    pub(super) fn status(self) -> StatusCode {
        match self {
            Self::Missing | Self::Throttled | Self::Unusable => StatusCode::SERVICE_UNAVAILABLE,
            Self::TimedOut => StatusCode::GATEWAY_TIMEOUT,
            Self::Denied
            | Self::Unreachable
            | Self::Proxy
            | Self::Credentials
            | Self::Expired
            | Self::NoCredentials
            | Self::Unconfigured
            | Self::Rejected
            | Self::Other => StatusCode::BAD_GATEWAY,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Kind;

    #[test]
    fn a_code_says_the_kind() {
        for (code, kind) in [
            ("AccessDeniedException", Kind::Denied),
            ("ParameterNotFound", Kind::Missing),
            ("ResourceNotFoundException", Kind::Missing),
            ("ProvisionedThroughputExceededException", Kind::Throttled),
            ("RequestLimitExceeded", Kind::Throttled),
            ("ThrottlingException", Kind::Throttled),
            ("TooManyRequestsException", Kind::Throttled),
            ("ExpiredTokenException", Kind::Expired),
            ("InvalidSignatureException", Kind::Credentials),
            ("ValidationException", Kind::Rejected),
            ("InternalServerError", Kind::Other),
            ("SomethingNew", Kind::Other),
        ] {
            assert_eq!(Kind::of_code(code), kind, "{code}");
        }
    }
}
