use aws_config::imds::region::ImdsRegionProvider;
use aws_config::meta::region::RegionProviderChain;
use aws_config::provider_config::ProviderConfig;
use aws_config::retry::{RetryConfig, RetryMode};
use aws_config::{ConfigLoader, Region, SdkConfig};

use super::endpoint;
use super::error::SettingsError;
use super::profile::Profile;
use super::variable::{given, is_empty};
use crate::http_client;

const ATTEMPTS: &str = "AWS_MAX_ATTEMPTS";
const MODE: &str = "AWS_RETRY_MODE";

/// Loads the settings from the environment and the profile.
///
/// An empty variable counts as unset, since many tools cannot leave a variable out.
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
    // The SDK panics if one of these is invalid.
    let attempts = attempts(&profile)?;
    let mode = retry_mode(&profile)?;
    if is_empty(ATTEMPTS) || is_empty(MODE) {
        loader = loader.retry_config(retry(attempts, mode));
    }
    let config = loader.load().await;
    Ok(endpoint::without_empty(config, &profile))
}

/// Checks the region, which becomes a part of host names.
fn check_region(profile: &Profile) -> Result<(), SettingsError> {
    let of_variable = ["AWS_REGION", "AWS_DEFAULT_REGION"]
        .into_iter()
        .find_map(|name| Some((name, given(name)?)));
    let region = of_variable.or_else(|| Some(("region", profile.get("region")?)));
    let is_valid = |text: &str| {
        text.bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    match region {
        Some((name, value)) if !is_valid(&value) => Err(SettingsError::Invalid {
            name: name.to_owned(),
            value,
            expected: "a region such as eu-central-1",
        }),
        _ => Ok(()),
    }
}

/// Looks for the region as the SDK does: in the environment, in the profile, and at the instance.
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
