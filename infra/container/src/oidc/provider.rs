//! Completes the parameters of a login at a provider.

use connect::Getter;
use deploy::render::Shown;
use deploy::{Clients, Output, Parameters, Stack, StackState};

use super::discovery::discover;
use super::{AUTHORIZATION_ENDPOINT, ISSUER, TOKEN_ENDPOINT, USER_INFO_ENDPOINT};
use crate::Error;
use crate::https::{CERTIFICATE, DOMAIN};

/// If a provider is given, adds its endpoints. Refuses a login without HTTPS.
pub(crate) async fn with_provider(
    clients: &Clients,
    stack: &Stack,
    mut given: Parameters,
    output: Output,
) -> Result<Parameters, Error> {
    let concerns = |key: &&str| given.contains_key(*key);
    if ![ISSUER, DOMAIN, CERTIFICATE].iter().any(concerns) {
        return Ok(given);
    }
    let state = deploy::find(clients, &stack.name).await?;
    let state = state.filter(|state| !state.status.was_never_created());
    check_https(&given, state.as_ref())?;
    let Some(issuer) = given.get(ISSUER).filter(|issuer| !issuer.is_empty()) else {
        return Ok(given);
    };
    let provider = discover(&Getter::new(), issuer).await?;
    output.progress(&format!(
        "Users log in at {}, where the address /oauth2/idpresponse of the page has to be registered as a redirect URI",
        Shown(&provider.issuer)
    ));
    given.extend([
        (ISSUER.to_owned(), provider.issuer),
        (
            AUTHORIZATION_ENDPOINT.to_owned(),
            provider.authorization_endpoint,
        ),
        (TOKEN_ENDPOINT.to_owned(), provider.token_endpoint),
        (USER_INFO_ENDPOINT.to_owned(), provider.userinfo_endpoint),
    ]);
    Ok(given)
}

/// Where the users of a stack log in; `None` if they have names and passwords.
pub(crate) fn login(state: &StackState) -> Option<String> {
    let issuer = state
        .parameter(ISSUER)
        .filter(|issuer| !issuer.is_empty())?;
    Some(format!("\nUsers log in at {}", Shown(issuer)))
}

/// The stack after the deployment must have HTTPS if it has a provider.
fn check_https(given: &Parameters, state: Option<&StackState>) -> Result<(), Error> {
    let after = |key: &str| {
        let given = given.get(key).map(String::as_str);
        let value = given.or_else(|| state?.parameter(key));
        value.is_some_and(|value| !value.is_empty())
    };
    if !after(ISSUER) || after(DOMAIN) || after(CERTIFICATE) {
        return Ok(());
    }
    let is_new = given.get(ISSUER).is_some_and(|issuer| !issuer.is_empty());
    Err(if is_new {
        Error::OidcWithoutHttps
    } else {
        Error::OidcUsesHttps
    })
}

#[cfg(test)]
mod tests {
    use deploy::StackParameter;

    use super::*;

    fn parameters(pairs: &[(&str, &str)]) -> Parameters {
        let owned = |(key, value): &(&str, &str)| ((*key).to_owned(), (*value).to_owned());
        pairs.iter().map(owned).collect()
    }

    fn deployed(pairs: &[(&str, &str)]) -> StackState {
        let parameter = |(key, value): &(&str, &str)| StackParameter {
            key: (*key).to_owned(),
            value: (*value).to_owned(),
            resolved: None,
        };
        StackState {
            parameters: pairs.iter().map(parameter).collect(),
            ..StackState::default()
        }
    }

    #[test]
    fn a_login_at_a_provider_needs_https() {
        let (issuer, domain) = ((ISSUER, "https://id"), (DOMAIN, "app.example.com"));
        for (given, before, expected) in [
            (vec![issuer, domain], None, None),
            (vec![issuer], Some(vec![domain]), None),
            (vec![issuer, (CERTIFICATE, "arn")], None, None),
            (vec![issuer], None, Some("--domain")),
            (vec![issuer], Some(vec![(DOMAIN, "")]), Some("--domain")),
            (
                vec![(DOMAIN, "")],
                Some(vec![issuer, domain]),
                Some("--no-oidc"),
            ),
            (
                vec![(DOMAIN, ""), (ISSUER, "")],
                Some(vec![issuer, domain]),
                None,
            ),
            (vec![(DOMAIN, "")], Some(vec![domain]), None),
        ] {
            let before = before.as_deref().map(deployed);
            let checked = check_https(&parameters(&given), before.as_ref());
            match (checked, expected) {
                (Ok(()), None) => {}
                (Err(err), Some(way_out)) => assert!(err.to_string().contains(way_out), "{err}"),
                (checked, expected) => panic!("{given:?}: {checked:?}, not {expected:?}"),
            }
        }
    }
}
