use std::time::Duration;

use oci_client::errors::{OciDistributionError, OciError, OciErrorCode};
use rand::RngExt as _;

/// How long one request waits in all: registries limit the rate of requests by the minute.
pub(crate) const PATIENCE: Duration = Duration::from_mins(1);
const FIRST_PAUSE: Duration = Duration::from_millis(300);
const LONGEST_PAUSE: Duration = Duration::from_secs(15);

/// Calls until it succeeds, fails for good, or its pauses add up to `patience`.
///
/// Each pause is longer than the last, and partly random to keep parallel pushes apart.
// oci-client gives no access to the headers of an answer, and so to Retry-After.
pub(crate) async fn retried<T, F>(
    patience: Duration,
    mut call: impl FnMut() -> F,
) -> Result<T, OciDistributionError>
where
    F: Future<Output = Result<T, OciDistributionError>>,
{
    let mut left = patience;
    let mut longest = FIRST_PAUSE;
    loop {
        match call().await {
            Err(err) if !left.is_zero() && is_transient(&err) => {
                let share = rand::rng().random_range(0.5..=1.0);
                let pause = longest.mul_f64(share).min(left);
                tokio::time::sleep(pause).await;
                left -= pause;
                longest = (longest * 2).min(LONGEST_PAUSE);
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
            envelope.errors.iter().find_map(status_of_code)
        }
        _ => None,
    }
}

/// The status that a code comes with: oci-client keeps only the code.
fn status_of_code(err: &OciError) -> Option<u16> {
    match err.code {
        OciErrorCode::Denied | OciErrorCode::Unauthorized => Some(403),
        OciErrorCode::Toomanyrequests => Some(429),
        _ => None,
    }
}

fn is_transient(err: &OciDistributionError) -> bool {
    match status(err) {
        Some(status) => matches!(status, 408 | 429 | 500..),
        None => matches!(err, OciDistributionError::RequestError(_)),
    }
}
