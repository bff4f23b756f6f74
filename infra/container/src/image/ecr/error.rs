//! Errors of calls to ECR.

use crate::image::Error;

/// The error of a call to ECR. Names the action if AWS denies it.
pub(super) fn denied(action: &'static str, err: deploy::Error) -> Error {
    match err {
        deploy::Error::Aws { code, message } if code.starts_with("AccessDenied") => {
            Error::EcrDenied { action, message }
        }
        err => err.into(),
    }
}

/// The error code of AWS.
pub(super) fn code(err: &Error) -> Option<&str> {
    match err {
        Error::Deploy(deploy::Error::Aws { code, .. }) => Some(code),
        _ => None,
    }
}

/// Returns whether the repository, or the image in it, does not exist.
pub(super) fn is_missing(err: &deploy::Error) -> bool {
    let missing = ["RepositoryNotFoundException", "ImageNotFoundException"];
    matches!(err, deploy::Error::Aws { code, .. } if missing.contains(&code.as_str()))
}
