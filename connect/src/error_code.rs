//! The error codes of AWS after which another attempt may succeed: one list for all programs.
//!
//! Other failures are judged elsewhere: HTTP statuses in `proxy/error.rs` and in the crate
//! `container` (`image/registry/failure.rs`), the reasons of events in the crate `deploy`
//! (`render/way_out.rs`).

/// Whether AWS refused the call because there were too many of them.
///
/// Every service has its own words: `Throttling` (`CloudFormation`), `ThrottlingException` (most),
/// `ThrottledException`, `RequestThrottled`, `TooManyRequestsException`, and so on.
/// `LimitExceededException` is not one of them: in `CloudFormation` and ECR it means a quota, which
/// is still exceeded a minute later.
#[must_use]
pub fn is_throttling(code: &str) -> bool {
    const PARTS: [&str; 7] = [
        "Throttl",
        "TooManyRequests",
        "ThroughputExceeded",
        "RequestLimitExceeded",
        "BandwidthLimitExceeded",
        "SlowDown",
        "PriorRequestNotComplete",
    ];
    PARTS.iter().any(|part| code.contains(part))
}

/// Whether AWS itself failed, which usually passes in a moment.
#[must_use]
pub fn is_transient(code: &str) -> bool {
    const PARTS: [&str; 6] = [
        "InternalError",
        "InternalFailure",
        "InternalServerError",
        "RequestTimeout",
        "ServiceUnavailable",
        // ECS and ECR.
        "ServerException",
    ];
    PARTS.iter().any(|part| code.contains(part))
}

#[cfg(test)]
mod tests {
    use super::{is_throttling, is_transient};

    #[test]
    fn a_code_says_whether_another_attempt_may_succeed() {
        for code in [
            "Throttling",
            "ThrottlingException",
            "ThrottledException",
            "RequestThrottledException",
            "EC2ThrottledException",
            "TooManyRequestsException",
            "ProvisionedThroughputExceededException",
            "RequestLimitExceeded",
            "SlowDown",
        ] {
            assert!(is_throttling(code) && !is_transient(code), "{code}");
        }
        for code in [
            "InternalFailure",
            "InternalServerError",
            "RequestTimeoutException",
            "ServiceUnavailable",
            "ServiceUnavailableException",
            "ServerException",
        ] {
            assert!(is_transient(code) && !is_throttling(code), "{code}");
        }
        for code in [
            "AccessDenied",
            "LimitExceededException",
            "TooManyUpdates",
            "ValidationError",
            "",
        ] {
            assert!(!is_throttling(code) && !is_transient(code), "{code}");
        }
    }
}
