use std::time::Duration;

use oci_client::errors::{OciDistributionError, OciError, OciErrorCode};

/// Enough for a connection that breaks, not for a registry that is down.
const ATTEMPTS: u32 = 4;
const PAUSE: Duration = Duration::from_millis(300);

/// Calls until it succeeds, fails for good, or has failed a few times; pauses longer each time.
pub(crate) async fn retried<T, F>(mut call: impl FnMut() -> F) -> Result<T, OciDistributionError>
where
    F: Future<Output = Result<T, OciDistributionError>>,
{
    let mut attempt = 0;
    loop {
        match call().await {
            Err(err) if attempt + 1 < ATTEMPTS && is_transient(&err) => {
                tokio::time::sleep(PAUSE * 2_u32.pow(attempt)).await;
                attempt += 1;
            }
            result => return result,
        }
    }
}

/// The status of the answer, if there was one.
pub(crate) fn status(err: &OciDistributionError) -> Option<u16> {
    match err {
        OciDistributionError::RequestError(err) => err.status().map(|status| status.as_u16()),
        OciDistributionError::ServerError { code, .. } => Some(*code),
        OciDistributionError::UnauthorizedError { .. }
        | OciDistributionError::AuthenticationFailure(_) => Some(401),
        OciDistributionError::RegistryError { envelope, .. } => {
            let refuses = |err: &OciError| {
                matches!(err.code, OciErrorCode::Denied | OciErrorCode::Unauthorized)
            };
            envelope.errors.iter().any(refuses).then_some(403)
        }
        _ => None,
    }
}

fn is_transient(err: &OciDistributionError) -> bool {
    match status(err) {
        Some(status) => matches!(status, 408 | 429 | 500..),
        None => matches!(err, OciDistributionError::RequestError(_)),
    }
}
