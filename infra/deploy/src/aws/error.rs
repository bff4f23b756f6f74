//! The errors of the AWS SDK, read into an [`Error`], and which of them are temporary.

use std::fmt::Debug;

use aws_sdk_cloudformation::error::{ProvideErrorMetadata, SdkError};
use connect::ProxyError;

use crate::Error;

impl Error {
    /// Whether the same call may succeed in a moment.
    pub(crate) fn is_transient(&self) -> bool {
        match self {
            Self::Unreachable(_) => true,
            Self::Proxy(err) => err.is_transient(),
            Self::Aws { code, .. } => connect::is_throttling(code) || connect::is_transient(code),
            _ => false,
        }
    }

    /// Whether AWS responded with this code and a message that contains `text`.
    pub(crate) fn says(&self, expected: &str, text: &str) -> bool {
        matches!(self, Self::Aws { code, message } if code == expected && message.contains(text))
    }
}

impl<E, R> From<SdkError<E, R>> for Error
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
    R: Debug + 'static,
{
    fn from(err: SdkError<E, R>) -> Self {
        if let Some(code) = err.code() {
            return Self::Aws {
                code: code.to_owned(),
                message: err.message().unwrap_or("AWS gave no message").to_owned(),
            };
        }
        if let Some(err) = ProxyError::among(&err) {
            return Self::Proxy(Box::new(err.clone()));
        }
        let causes = causes(&err);
        let about_credentials = causes.iter().any(|cause| cause.contains("credential"));
        let root = causes.last().map_or("", String::as_str);
        let root = root.split_whitespace().collect::<Vec<_>>().join(" ");
        match err {
            _ if about_credentials => Self::NoCredentials(root),
            SdkError::ServiceError(_) | SdkError::ResponseError(_) => Self::NotAws(root),
            _ => Self::Unreachable(root),
        }
    }
}

/// The messages of an error and of all its sources. The outermost message is too general to help,
/// for example `dispatch failure`.
fn causes(err: &dyn std::error::Error) -> Vec<String> {
    let sources = std::iter::successors(Some(err), |err| err.source());
    sources.map(ToString::to_string).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn aws(code: &str) -> Error {
        Error::Aws {
            code: code.into(),
            message: "Rate exceeded".into(),
        }
    }

    #[test]
    fn throttling_passes_and_denial_does_not() {
        assert!(aws("Throttling").is_transient());
        assert!(aws("ThrottlingException").is_transient());
        assert!(aws("RequestLimitExceeded").is_transient());
        assert!(!aws("AccessDenied").is_transient());
        assert!(!Error::NoRegion.is_transient());
    }
}
