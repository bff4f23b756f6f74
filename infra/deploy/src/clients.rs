use aws_config::SdkConfig;

use crate::Error;

/// The clients of the AWS services that a deployment talks to.
#[derive(Debug, Clone)]
pub struct Clients {
    /// `CloudFormation`, which does the work.
    pub cloudformation: aws_sdk_cloudformation::Client,
    /// `DynamoDB`, which knows how many items a table has.
    pub dynamodb: aws_sdk_dynamodb::Client,
    /// Systems Manager, which keeps the parameters that stacks hand over.
    pub ssm: aws_sdk_ssm::Client,
    config: SdkConfig,
}

impl Clients {
    /// Clients as the environment and the profile say: region, credentials, `AWS_ENDPOINT_URL`.
    pub async fn from_env() -> Result<Self, Error> {
        let config = aws_config::load_from_env().await;
        if config.region().is_none() {
            return Err(Error::NoRegion);
        }
        Ok(Self::from(&config))
    }

    /// What clients of further services are made from.
    #[must_use]
    pub const fn config(&self) -> &SdkConfig {
        &self.config
    }

    /// Whether the endpoint is on this machine, so that no real AWS account is meant.
    #[must_use]
    pub fn are_local(&self) -> bool {
        self.config.endpoint_url().is_some_and(is_loopback)
    }
}

impl From<&SdkConfig> for Clients {
    fn from(config: &SdkConfig) -> Self {
        Self {
            cloudformation: aws_sdk_cloudformation::Client::new(config),
            dynamodb: aws_sdk_dynamodb::Client::new(config),
            ssm: aws_sdk_ssm::Client::new(config),
            config: config.clone(),
        }
    }
}

fn is_loopback(url: &str) -> bool {
    let authority = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = authority.split(['/', '?']).next().unwrap_or(authority);
    let host = match authority.strip_prefix('[') {
        Some(v6) => v6.split(']').next().unwrap_or(v6),
        None => authority.split(':').next().unwrap_or(authority),
    };
    host == "localhost"
        || host
            .parse::<std::net::IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::is_loopback;

    #[test]
    fn tells_this_machine_from_others() {
        for url in [
            "http://127.0.0.1:4566",
            "http://localhost:4566/",
            "https://[::1]:1",
            "http://127.9.9.9",
        ] {
            assert!(is_loopback(url), "{url}");
        }
        for url in [
            "https://cloudformation.eu-central-1.amazonaws.com",
            "http://127.0.0.1.example.org",
            "http://10.0.0.1:4566",
            "",
        ] {
            assert!(!is_loopback(url), "{url}");
        }
    }
}
