use std::time::Duration;

use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, SdkConfig};

/// A page never waits longer than this for one response of AWS, retries included.
const OPERATION_TIMEOUT: Duration = Duration::from_secs(10);
/// Longer than [`READ_TIMEOUT`], after which the client can name the proxy that was silent.
const ATTEMPT_TIMEOUT: Duration = Duration::from_millis(4500);
const READ_TIMEOUT: Duration = Duration::from_secs(4);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);
const ATTEMPTS: u32 = 3;

/// Loads the AWS settings of the environment, with time limits that suit a page.
pub(crate) async fn load_settings() -> anyhow::Result<SdkConfig> {
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(CONNECT_TIMEOUT)
        .read_timeout(READ_TIMEOUT)
        .operation_attempt_timeout(ATTEMPT_TIMEOUT)
        .operation_timeout(OPERATION_TIMEOUT)
        .build();
    let settings = aws_config::defaults(BehaviorVersion::latest())
        .timeout_config(timeouts)
        .retry_config(RetryConfig::standard().with_max_attempts(ATTEMPTS));
    Ok(connect::load(settings).await?)
}
