use std::env;
use std::path::PathBuf;

use aws_config::imds::region::ImdsRegionProvider;
use aws_config::meta::region::RegionProviderChain;
use aws_config::provider_config::ProviderConfig;
use aws_config::retry::{RetryConfig, RetryMode};
use aws_config::{ConfigLoader, Region, SdkConfig};

use crate::profile::Profile;
use crate::{endpoint, http_client};

/// A setting of the environment that cannot be used: one sentence, with the way out.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SettingsError {
    /// The files have no such profile.
    #[error(
        "AWS_PROFILE names the profile {name}, which is neither in {} nor in {}{}: correct or unset AWS_PROFILE, or make the profile with `aws configure sso --profile {name}`",
        .config.display(), .credentials.display(), listed(.known)
    )]
    NoProfile {
        /// The name in the variable.
        name: String,
        /// The file with settings.
        config: PathBuf,
        /// The file with keys.
        credentials: PathBuf,
        /// The names that there are.
        known: Vec<String>,
    },
    /// A file cannot be read, or is not written as it should be.
    #[error("the settings of AWS cannot be read: {0}")]
    Files(String),
    /// A value is not what it should be.
    #[error("{name} is {value:?}, which is not {expected}: correct or unset it")]
    Invalid {
        /// The variable, or the key in the profile.
        name: String,
        /// Its value.
        value: String,
        /// What it should be.
        expected: &'static str,
    },
}

/// Loads the settings of the environment and the profile.
///
/// A variable that is empty is one that is not set: many tools cannot leave one out.
pub async fn load(mut loader: ConfigLoader) -> Result<SdkConfig, SettingsError> {
    let profile = Profile::selected().await?;
    endpoint::check(&profile)?;
    check_region(&profile)?;
    loader = loader.http_client(http_client());
    if is_empty("AWS_PROFILE") {
        loader = loader.profile_name(profile.name());
    }
    if is_empty("AWS_REGION") || is_empty("AWS_DEFAULT_REGION") {
        loader = loader.region(region(&profile));
    }
    // The SDK panics where one of these is wrong.
    let attempts = attempts(&profile)?;
    let mode = retry_mode(&profile)?;
    if is_empty(ATTEMPTS) || is_empty(MODE) {
        loader = loader.retry_config(retry(attempts, mode));
    }
    let config = loader.load().await;
    Ok(endpoint::without_empty(config, &profile))
}

const ATTEMPTS: &str = "AWS_MAX_ATTEMPTS";
const MODE: &str = "AWS_RETRY_MODE";

/// The value of a variable that says something.
pub(crate) fn given(name: &str) -> Option<String> {
    let value = env::var(name).ok()?;
    Some(value).filter(|value| !value.trim().is_empty())
}

pub(crate) fn is_empty(name: &str) -> bool {
    env::var(name).is_ok_and(|value| value.trim().is_empty())
}

/// A region is a part of the names of hosts.
fn check_region(profile: &Profile) -> Result<(), SettingsError> {
    let of_variable = ["AWS_REGION", "AWS_DEFAULT_REGION"]
        .into_iter()
        .find_map(|name| Some((name, given(name)?)));
    let region = of_variable.or_else(|| Some(("region", profile.get("region")?)));
    let is_good = |text: &str| {
        text.bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    match region {
        Some((name, value)) if !is_good(&value) => Err(SettingsError::Invalid {
            name: name.to_owned(),
            value,
            expected: "a region as eu-central-1",
        }),
        _ => Ok(()),
    }
}

/// As the SDK looks for it: the environment, the profile, and the instance that this runs on.
fn region(profile: &Profile) -> RegionProviderChain {
    let named = given("AWS_REGION").or_else(|| given("AWS_DEFAULT_REGION"));
    let named = named.or_else(|| profile.get("region"));
    let config = ProviderConfig::without_region().with_http_client(http_client());
    RegionProviderChain::first_try(named.map(Region::new))
        .or_else(ImdsRegionProvider::builder().configure(&config).build())
}

fn retry(attempts: Option<u32>, mode: Option<RetryMode>) -> RetryConfig {
    let mut retry = RetryConfig::standard();
    if let Some(attempts) = attempts {
        retry = retry.with_max_attempts(attempts);
    }
    if let Some(mode) = mode {
        retry = retry.with_retry_mode(mode);
    }
    retry
}

fn attempts(profile: &Profile) -> Result<Option<u32>, SettingsError> {
    let Some((name, value)) = profile.setting(ATTEMPTS, "max_attempts") else {
        return Ok(None);
    };
    match value.trim().parse() {
        Ok(attempts @ 1..) => Ok(Some(attempts)),
        _ => Err(SettingsError::Invalid {
            name: name.to_owned(),
            value,
            expected: "a number of 1 or more",
        }),
    }
}

fn retry_mode(profile: &Profile) -> Result<Option<RetryMode>, SettingsError> {
    let Some((name, value)) = profile.setting(MODE, "retry_mode") else {
        return Ok(None);
    };
    match value.parse() {
        Ok(mode) => Ok(Some(mode)),
        Err(_) => Err(SettingsError::Invalid {
            name: name.to_owned(),
            value,
            expected: "standard or adaptive",
        }),
    }
}

fn listed(known: &[String]) -> String {
    if known.is_empty() {
        return String::new();
    }
    format!(" (there are: {})", known.join(", "))
}
