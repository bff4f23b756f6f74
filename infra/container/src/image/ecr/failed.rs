use crate::image::Error;

pub(super) fn denied(action: &'static str, err: deploy::Error) -> Error {
    match err {
        deploy::Error::Aws { code, message } if code.starts_with("AccessDenied") => {
            Error::EcrDenied { action, message }
        }
        err => err.into(),
    }
}

pub(super) fn code(err: &Error) -> Option<&str> {
    match err {
        Error::Deploy(deploy::Error::Aws { code, .. }) => Some(code),
        _ => None,
    }
}

pub(super) fn is_missing(err: &deploy::Error) -> bool {
    matches!(err, deploy::Error::Aws { code, .. } if code == "RepositoryNotFoundException")
}
