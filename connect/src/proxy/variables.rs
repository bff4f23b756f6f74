use std::env;
use std::fmt::{self, Debug, Formatter};

use http::Uri;
use hyper_util::client::proxy::matcher::{Intercept, Matcher};

use super::address::Proxy;
use super::error::ProxyError;
use crate::host::is_unreachable_for_proxies;

/// The variables that name proxies, read in the same way as curl does.
#[derive(Clone, Debug, Default)]
pub(super) struct Variables {
    http: Option<Named>,
    https: Option<Named>,
    no_proxy: String,
}

#[derive(Clone)]
struct Named {
    variable: &'static str,
    value: String,
}

impl Proxy {
    /// The proxy for a URL; `None` for this machine and for hosts in `NO_PROXY`.
    pub fn of(url: &str) -> Result<Option<Self>, ProxyError> {
        Variables::of_environment().proxy(url)
    }
}

/// Without the password.
impl Debug for Named {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "Named({})", self.variable)
    }
}

impl Variables {
    pub(super) fn of_environment() -> Self {
        Self::read(|name| env::var(name).ok())
    }

    fn read(variable: impl Fn(&'static str) -> Option<String>) -> Self {
        // In a CGI program HTTP_PROXY comes from the client, which sent it as the header Proxy.
        if variable("REQUEST_METHOD").is_some() {
            return Self::default();
        }
        let first = |names: [&'static str; 2]| {
            names.into_iter().find_map(|name| {
                Some(Named {
                    variable: name,
                    value: variable(name)?,
                })
            })
        };
        let given = |names| first(names).filter(|named| !named.value.trim().is_empty());
        let all = given(["ALL_PROXY", "all_proxy"]);
        Self {
            http: given(["HTTP_PROXY", "http_proxy"]).or_else(|| all.clone()),
            https: given(["HTTPS_PROXY", "https_proxy"]).or(all),
            no_proxy: first(["NO_PROXY", "no_proxy"]).map_or_else(String::new, |no| no.value),
        }
    }

    /// Returns whether no variable names a proxy.
    pub(super) const fn are_unset(&self) -> bool {
        self.http.is_none() && self.https.is_none()
    }

    /// The proxy for a URL.
    pub(super) fn proxy(&self, url: &str) -> Result<Option<Proxy>, ProxyError> {
        let Ok(uri) = url.parse::<Uri>() else {
            return Ok(None);
        };
        let named = match uri.scheme_str() {
            Some("http") => &self.http,
            Some("https") => &self.https,
            _ => return Ok(None),
        };
        let (Some(Named { variable, value }), Some(target)) = (named, uri.host()) else {
            return Ok(None);
        };
        if is_unreachable_for_proxies(target) || self.excepts(&uri) {
            return Ok(None);
        }
        let found = Matcher::builder().all(value.as_str()).build();
        let found = found.intercept(&uri);
        let is_http = |proxy: &&Uri| matches!(proxy.scheme_str(), Some("http" | "https"));
        let proxy = found.as_ref().map(Intercept::uri).filter(is_http);
        let Some(authority) = proxy.and_then(Uri::authority) else {
            return Err(ProxyError::Unusable(variable));
        };
        Ok(Some(Proxy {
            variable,
            value: value.clone(),
            authority: authority.to_string(),
            target: target.to_owned(),
        }))
    }

    /// Returns whether `NO_PROXY` names the host.
    fn excepts(&self, uri: &Uri) -> bool {
        let any = Matcher::builder()
            .all("http://any")
            .no(self.no_proxy.as_str());
        any.build().intercept(uri).is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HTTPS: &str = "https://ecr.eu-central-1.amazonaws.com/";
    const HTTP: &str = "http://aws.invalid:4566/";

    fn proxy(variables: &[(&str, &str)], url: &str) -> Result<Option<Proxy>, ProxyError> {
        let value = |name| {
            let mut all = variables.iter();
            let found = all.find(|(known, _)| *known == name);
            found.map(|(_, value)| (*value).to_owned())
        };
        Variables::read(value).proxy(url)
    }

    fn named(variables: &[(&str, &str)], url: &str) -> Option<String> {
        let proxy = proxy(variables, url).unwrap();
        proxy.map(|proxy| proxy.to_string())
    }

    #[test]
    fn a_proxy_is_shown_with_its_variable_and_without_its_password() {
        let value = "http://anna:secret@proxy.corp:3128/";
        for (variable, url) in [
            ("HTTP_PROXY", HTTP),
            ("http_proxy", HTTP),
            ("HTTPS_PROXY", HTTPS),
            ("https_proxy", HTTPS),
            ("ALL_PROXY", HTTP),
            ("ALL_PROXY", HTTPS),
            ("all_proxy", HTTPS),
        ] {
            let found = proxy(&[(variable, value)], url).unwrap().unwrap();
            let expected = format!("the proxy proxy.corp:3128 named by {variable}");
            assert_eq!(found.to_string(), expected);
            assert!(!format!("{found:?}").contains("secret"), "{found:?}");
            assert_eq!(found.url(), value);
        }
        let both = [("ALL_PROXY", "all:1"), ("HTTPS_PROXY", "proxy:2")];
        let expected = "the proxy proxy:2 named by HTTPS_PROXY";
        assert_eq!(named(&both, HTTPS).as_deref(), Some(expected));
        assert_eq!(
            named(&both, HTTP).as_deref(),
            Some("the proxy all:1 named by ALL_PROXY")
        );
    }

    #[test]
    fn some_addresses_have_no_proxy() {
        let all = ("ALL_PROXY", "proxy:3128");
        for (variables, url) in [
            (vec![], HTTPS),
            (vec![("HTTP_PROXY", "proxy:3128")], HTTPS),
            (vec![("HTTPS_PROXY", "proxy:3128")], HTTP),
            (vec![("HTTPS_PROXY", "")], HTTPS),
            (vec![all, ("NO_PROXY", "amazonaws.com")], HTTPS),
            (vec![all, ("no_proxy", "a.b, .amazonaws.com")], HTTPS),
            (vec![all, ("NO_PROXY", "*")], HTTPS),
            (vec![all, ("NO_PROXY", "10.0.0.0/8")], "http://10.1.2.3/"),
            (vec![all, ("REQUEST_METHOD", "GET")], HTTPS),
            (vec![all], "http://127.0.0.1:4566/"),
            (vec![all], "http://localhost:4566/"),
            (vec![all], "https://[::1]:4566/"),
            (vec![all], "http://169.254.170.2/v2/credentials"),
            (vec![all], "not a url"),
        ] {
            assert_eq!(named(&variables, url), None, "{variables:?} {url}");
        }
        let other = [all, ("NO_PROXY", "example.org,127.0.0.1")];
        assert!(named(&other, HTTPS).is_some());
    }

    #[test]
    fn an_invalid_proxy_is_reported_with_its_variable() {
        for value in ["socks5://proxy:1080", "http://", "a b", ":::"] {
            let refused = proxy(&[("ALL_PROXY", value)], HTTPS).unwrap_err();
            assert!(refused.to_string().contains("ALL_PROXY"), "{refused}");
        }
    }
}
