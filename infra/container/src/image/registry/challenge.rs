//! Parses the header with which a registry asks for a login.

use http_auth::{ChallengeRef, parse_challenges};
use reqwest::Url;
use reqwest::header::WWW_AUTHENTICATE;

use super::response::Response;

/// The kind of login that a registry asks for.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Challenge {
    /// User and password.
    Basic,
    /// A token from this address.
    Bearer(Url),
}

impl Challenge {
    /// The login that a response asks for. A token is preferred.
    pub(super) fn of(response: &Response) -> Option<Self> {
        let values = response.headers.get_all(WWW_AUTHENTICATE).iter();
        let values: Vec<_> = values.filter_map(|value| value.to_str().ok()).collect();
        let challenges = values.iter().flat_map(|value| parse_challenges(value));
        let challenges: Vec<_> = challenges.flatten().collect();
        let offers = |scheme: &str| {
            let mut all = challenges.iter();
            all.find(|challenge| challenge.scheme.eq_ignore_ascii_case(scheme))
        };
        let bearer = offers("Bearer").and_then(|challenge| address(challenge, &response.url));
        bearer
            .map(Self::Bearer)
            .or_else(|| offers("Basic").map(|_| Self::Basic))
    }
}

fn address(challenge: &ChallengeRef<'_>, base: &Url) -> Option<Url> {
    let parameter = |name: &str| {
        let mut all = challenge.params.iter();
        let found = all.find(|(key, _)| key.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.to_unescaped())
    };
    let mut address = base.join(&parameter("realm")?).ok()?;
    if let Some(service) = parameter("service") {
        address.query_pairs_mut().append_pair("service", &service);
    }
    Some(address)
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use reqwest::StatusCode;
    use reqwest::header::HeaderMap;

    use super::*;

    fn challenge(values: &[&str]) -> Option<Challenge> {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(WWW_AUTHENTICATE, value.parse().unwrap());
        }
        Challenge::of(&Response {
            status: StatusCode::UNAUTHORIZED,
            headers,
            url: "https://registry.example/v2/".parse().unwrap(),
            body: Bytes::new(),
        })
    }

    #[test]
    fn a_token_comes_from_the_address_that_the_registry_names() {
        let docker = r#"Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:a:pull""#;
        let address = "https://auth.docker.io/token?service=registry.docker.io";
        let expected = Some(Challenge::Bearer(address.parse().unwrap()));
        assert_eq!(challenge(&[docker]), expected);
        assert_eq!(challenge(&["Basic realm=a", docker]), expected);
        assert_eq!(challenge(&[&format!("Basic realm=a, {docker}")]), expected);
    }

    #[test]
    fn a_challenge_for_a_token_needs_its_address() {
        assert_eq!(challenge(&["basic realm=\"a\""]), Some(Challenge::Basic));
        for values in [&[][..], &["Bearer service=a"], &["Negotiate"], &["\"\""]] {
            assert_eq!(challenge(values), None, "{values:?}");
        }
    }
}
