//! What ELB refuses in an action of type `authenticate-oidc`.
//!
//! Where no source gives its words, they follow the page that states the rule:
//! <https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_AuthenticateOidcActionConfig.html>

use reqwest::Url;

use super::oidc::{LONGEST_SESSION, OidcConfig};
use crate::aws::AwsError;

/// "The query parameters (up to 10) to include in the redirect request".
const MOST_PARAMETERS: usize = 10;

/// # Errors
/// The code and message of ELB.
pub(super) fn check_oidc(protocol: &str, config: &OidcConfig) -> Result<(), AwsError> {
    if protocol != "HTTPS" {
        // API_Action: "[HTTPS listeners] Information for using an identity provider".
        return Err(invalid(
            "Actions of type 'authenticate-oidc' are supported only on HTTPS listeners",
        ));
    }
    for (name, url) in [
        ("Issuer", &config.issuer),
        ("AuthorizationEndpoint", &config.authorization_endpoint),
        ("TokenEndpoint", &config.token_endpoint),
        ("UserInfoEndpoint", &config.user_info_endpoint),
    ] {
        check_url(name, url)?;
    }
    if config.client_id.is_empty() {
        return Err(missing("ClientId"));
    }
    check_secret(config)?;
    check_session(config)?;
    if config.extra().count() > MOST_PARAMETERS {
        return Err(invalid(
            "You can specify at most 10 extra parameters for an authentication request",
        ));
    }
    Ok(())
}

/// "This must be a full URL, including the HTTPS protocol, the domain, and the path."
fn check_url(name: &str, text: &str) -> Result<(), AwsError> {
    if text.is_empty() {
        return Err(missing(name));
    }
    let url = Url::parse(text).ok();
    if url.is_some_and(|url| url.scheme() == "https" && url.has_host()) {
        return Ok(());
    }
    Err(invalid(&format!(
        "The {name} '{text}' must be a full URL, including the HTTPS protocol, the domain, and the path"
    )))
}

fn check_secret(config: &OidcConfig) -> Result<(), AwsError> {
    let has = config
        .client_secret
        .as_ref()
        .is_some_and(|secret| !secret.is_empty());
    match (has, config.use_existing_client_secret) {
        // https://github.com/ansible-collections/amazon.aws/issues/1877
        (true, Some(true)) => Err(invalid(
            "You cannot both specify a client secret and set UseExistingClientSecret to true",
        )),
        (true, _) => Ok(()),
        (false, Some(true)) => Err(AwsError::unsupported(
            "UseExistingClientSecret where there is no earlier secret, or in a template",
        )),
        (false, _) => Err(missing("ClientSecret")),
    }
}

fn check_session(config: &OidcConfig) -> Result<(), AwsError> {
    let timeout = config.session_timeout();
    if !(1..=LONGEST_SESSION).contains(&timeout) {
        return Err(AwsError::validation(format!(
            "Session timeout '{timeout}' must be between 1 and {LONGEST_SESSION} seconds"
        )));
    }
    let is_token = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
    let name = config.cookie();
    if name.is_empty() || !name.chars().all(is_token) {
        return Err(invalid(&format!(
            "The session cookie name '{name}' is not valid"
        )));
    }
    let behaviour = config.on_unauthenticated_request.as_deref();
    if behaviour.is_some_and(|one| !["deny", "allow", "authenticate"].contains(&one)) {
        // The words of the service's own validation of an enumeration.
        return Err(AwsError::validation(format!(
            "1 validation error detected: Value '{}' at 'actions.1.member.authenticateOidcConfig.onUnauthenticatedRequest' failed to satisfy constraint: Member must satisfy enum value set: [deny, allow, authenticate]",
            behaviour.unwrap_or_default()
        )));
    }
    Ok(())
}

fn missing(field: &str) -> AwsError {
    invalid(&format!(
        "For actions of type 'authenticate-oidc', you must specify the following fields: '{field}'"
    ))
}

fn invalid(message: &str) -> AwsError {
    AwsError::new("InvalidLoadBalancerAction", message)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    /// A good configuration with changes.
    fn config(changes: &Value) -> OidcConfig {
        let mut config = json!({
            "Issuer": "https://id.example.com", "ClientId": "app", "ClientSecret": "secret",
            "AuthorizationEndpoint": "https://id.example.com/auth",
            "TokenEndpoint": "https://id.example.com/token",
            "UserInfoEndpoint": "https://id.example.com/me",
        });
        let fields = config.as_object_mut().unwrap();
        fields.extend(changes.as_object().unwrap().clone());
        serde_json::from_value(config).unwrap()
    }

    #[test]
    fn a_good_configuration_is_accepted_on_https_only() {
        for changes in [
            json!({}),
            json!({"SessionTimeout": "60"}),
            json!({"SessionTimeout": 604_800, "OnUnauthenticatedRequest": "deny"}),
        ] {
            assert_eq!(check_oidc("HTTPS", &config(&changes)), Ok(()));
            let refused = check_oidc("HTTP", &config(&changes)).unwrap_err();
            assert!(refused.message.ends_with("only on HTTPS listeners"));
        }
    }

    #[test]
    fn a_mistake_is_named() {
        let many: Value = (0..11).map(|n| (format!("p{n}"), json!("x"))).collect();
        for (changes, expected) in [
            (json!({"Issuer": "http://id.example.com"}), "The Issuer"),
            (json!({"TokenEndpoint": "/token"}), "The TokenEndpoint"),
            (json!({"UserInfoEndpoint": ""}), "'UserInfoEndpoint'"),
            (json!({"ClientId": ""}), "'ClientId'"),
            (json!({"ClientSecret": ""}), "'ClientSecret'"),
            (json!({"UseExistingClientSecret": true}), "cannot both"),
            (json!({"SessionTimeout": 0}), "Session timeout '0'"),
            (json!({"SessionTimeout": 604_801}), "Session timeout"),
            (json!({"SessionCookieName": "a b"}), "cookie name 'a b'"),
            (json!({"OnUnauthenticatedRequest": "ask"}), "enum value set"),
            (json!({"AuthenticationRequestExtraParams": many}), "most 10"),
        ] {
            let refused = check_oidc("HTTPS", &config(&changes)).unwrap_err();
            assert!(refused.message.contains(expected), "{changes}: {refused:?}");
        }
    }
}
