use std::env;

use aws_config::SdkConfig;
use aws_types::service_config::{LoadServiceConfig, ServiceConfigKey};
use http::Uri;

use super::error::SettingsError;
use super::profile::Profile;
use super::variable::{given, is_empty};

const ENDPOINT: &str = "AWS_ENDPOINT_URL";
/// A variable that nobody sets. With its name the SDK reads only the profile.
const NO_VARIABLE: &str = "AWS_ENDPOINT_URL_OF_PROFILE";

/// Checks the endpoints. With an invalid one the SDK would panic, or silently use AWS itself.
pub(super) fn check(profile: &Profile) -> Result<(), SettingsError> {
    let of_profile = profile.get("endpoint_url");
    let of_profile = of_profile.map(|value| ("endpoint_url".to_owned(), value));
    let of_variables = variables().filter_map(|name| {
        let value = given(&name)?;
        Some((name, value))
    });
    let wrong = of_variables
        .chain(of_profile)
        .find(|(_, value)| !is_url(value));
    match wrong {
        Some((name, value)) => Err(SettingsError::Invalid {
            name,
            value,
            expected: "a URL such as http://127.0.0.1:4566",
        }),
        None => Ok(()),
    }
}

/// The names of the variables with endpoints: for all services, and for each.
fn variables() -> impl Iterator<Item = String> {
    let names = env::vars_os().filter_map(|(name, _)| name.into_string().ok());
    names.filter(|name| name.starts_with(ENDPOINT))
}

fn is_url(text: &str) -> bool {
    let url = text.parse::<Uri>();
    url.is_ok_and(|url| {
        matches!(url.scheme_str(), Some("http" | "https"))
            && url.host().is_some_and(|host| !host.is_empty())
    })
}

/// Removes the endpoints of empty variables from the settings.
pub(super) fn without_empty(config: SdkConfig, profile: &Profile) -> SdkConfig {
    if !variables().any(|name| is_empty(&name)) {
        return config;
    }
    let mut builder = config.to_builder();
    if is_empty(ENDPOINT) {
        builder.set_endpoint_url(profile.get("endpoint_url"));
    }
    builder.service_config(WithoutEmpty(config)).build()
}

/// The endpoint of each service. An empty one counts as unset.
#[derive(Debug)]
struct WithoutEmpty(SdkConfig);

impl LoadServiceConfig for WithoutEmpty {
    fn load_config(&self, key: ServiceConfigKey<'_>) -> Option<String> {
        let settings = self.0.service_config()?;
        let of_profile = ServiceConfigKey::builder()
            .service_id(key.service_id())
            .profile(key.profile())
            .env(NO_VARIABLE);
        let of_profile = of_profile.build().ok()?;
        let found = settings.load_config(key)?;
        if !found.trim().is_empty() {
            return Some(found);
        }
        given(ENDPOINT).or_else(|| settings.load_config(of_profile))
    }
}

#[cfg(test)]
mod tests {
    use super::is_url;

    #[test]
    fn an_endpoint_has_a_scheme_and_a_host() {
        for url in ["http://127.0.0.1:4566", "https://aws.example.org/path"] {
            assert!(is_url(url), "{url}");
        }
        for text in [
            "127.0.0.1:4566",
            "localhost:4566",
            "ftp://a",
            "http://",
            "a b",
        ] {
            assert!(!is_url(text), "{text}");
        }
    }
}
