use std::time::Duration;

use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, SdkConfig};
use aws_credential_types::provider::SharedCredentialsProvider;

use super::credentials::LastGood;

const ATTEMPTS: u32 = 3;
/// The SDK waits up to this time before its second attempt, and up to twice as long before the third.
/// With its usual second, waiting alone could take half the time of a page.
const BACKOFF: Duration = Duration::from_millis(200);

/// Loads the AWS settings of the environment.
pub(crate) async fn load_settings() -> anyhow::Result<SdkConfig> {
    let retries = RetryConfig::standard()
        .with_max_attempts(ATTEMPTS)
        .with_initial_backoff(BACKOFF);
    let settings = aws_config::defaults(BehaviorVersion::latest()).retry_config(retries);
    Ok(connect::load(settings).await?)
}

/// How long one call of AWS may take, retries included. A page that has to wait `page_time` for its
/// calls can then still name the one that was late.
pub(crate) fn call_time(page_time: Duration) -> Duration {
    page_time * 3 / 4
}

/// Sets the time limits of the SDK. With the usual `page_time` of 8 s, these are 6 s for a call, 3.5 s for
/// an attempt, 3 s for its first byte or for its credentials, and 2 s for its connection.
pub(crate) fn in_time(aws: &SdkConfig, page_time: Duration) -> SdkConfig {
    let short = page_time * 3 / 8;
    let timeouts = TimeoutConfig::builder()
        .connect_timeout(page_time / 4)
        .read_timeout(short)
        // Longer than the limits before, after which an error can name the proxy that was silent, and
        // the credentials that did not come.
        .operation_attempt_timeout(page_time * 7 / 16)
        .operation_timeout(call_time(page_time))
        .build();
    let credentials = aws.credentials_provider().map(|provider| {
        let last_good = LastGood::new(provider, short);
        SharedCredentialsProvider::new(last_good)
    });
    let mut settings = aws.to_builder().timeout_config(timeouts);
    settings.set_credentials_provider(credentials);
    settings.build()
}
