use std::time::Duration;

use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, SdkConfig};
use connect::is_on_this_machine;

use crate::Error;

/// How long to wait for a response. AWS is faster; a proxy may never respond.
const RESPONSE_TIMEOUT: Duration = Duration::from_secs(15);

/// The clients of the AWS services that a deployment talks to.
#[derive(Debug, Clone)]
pub struct Clients {
    /// `CloudFormation`, which does the work.
    pub cloudformation: aws_sdk_cloudformation::Client,
    /// Systems Manager, which stores the parameters that stacks write and read.
    pub ssm: aws_sdk_ssm::Client,
    config: SdkConfig,
}

impl Clients {
    /// Clients with the settings of the environment and the profile: region, credentials,
    /// `AWS_ENDPOINT_URL`.
    pub async fn from_env() -> Result<Self, Error> {
        let timeouts = TimeoutConfig::builder().read_timeout(RESPONSE_TIMEOUT);
        let settings = aws_config::defaults(BehaviorVersion::latest());
        let config = connect::load(settings.timeout_config(timeouts.build())).await?;
        if config.region().is_none() {
            return Err(Error::NoRegion);
        }
        Ok(Self::from(&config))
    }

    /// The configuration from which clients of other services can be made.
    #[must_use]
    pub const fn config(&self) -> &SdkConfig {
        &self.config
    }

    /// Whether the endpoint is on this machine, and not a real AWS account.
    #[must_use]
    pub fn are_local(&self) -> bool {
        self.config.endpoint_url().is_some_and(is_on_this_machine)
    }
}

impl From<&SdkConfig> for Clients {
    fn from(config: &SdkConfig) -> Self {
        Self {
            cloudformation: aws_sdk_cloudformation::Client::new(config),
            ssm: aws_sdk_ssm::Client::new(config),
            config: config.clone(),
        }
    }
}
