//! The destination of a push.

use std::time::Duration;

use connect::is_on_this_machine;
use oci_spec::distribution::Reference;

use super::failure::Failure;
use super::limits::MAX_WAIT;
use super::login::{self, Login};
use crate::image::Error;

/// The registry, the repository and the tag to push to, with the login.
#[derive(Debug, Clone)]
pub struct Registry {
    pub(super) reference: Reference,
    pub(super) login: Login,
    /// How long one request may wait; see [`Self::with_max_wait`].
    pub(super) max_wait: Duration,
    /// Whether the registry speaks HTTP without TLS.
    is_plain: bool,
    /// Whether the registry is known to list what is attached to an image.
    pub(super) lists_referrers: bool,
}

impl Registry {
    /// Parses a reference with a tag, for example `ghcr.io/me/showtable:1`, and looks for a login.
    ///
    /// Registries on this machine, and references that begin with `http://`, are used without TLS.
    pub fn parse(text: &str, username: Option<&str>) -> Result<Self, Error> {
        let (reference, is_plain) = parse_reference(text)?;
        let login = login::find(reference.registry(), reference.repository(), username)?;
        Ok(Self {
            reference,
            login,
            max_wait: MAX_WAIT,
            is_plain,
            lists_referrers: false,
        })
    }

    /// A registry with a known login.
    #[must_use]
    pub const fn with_login(reference: Reference, login: Login, is_plain: bool) -> Self {
        Self {
            reference,
            login,
            max_wait: MAX_WAIT,
            is_plain,
            lists_referrers: false,
        }
    }

    /// Sets how long the registry may be silent, and how long all pauses between the attempts of one
    /// request may be together [default: a minute].
    #[must_use]
    pub const fn with_max_wait(mut self, max_wait: Duration) -> Self {
        self.max_wait = max_wait;
        self
    }

    /// Says that the registry lists what is attached to an image, so that a push need not ask.
    #[must_use]
    pub const fn listing_referrers(mut self) -> Self {
        self.lists_referrers = true;
        self
    }

    /// The repository with its registry, for example `ghcr.io/me/showtable`.
    #[must_use]
    pub fn repository(&self) -> String {
        format!(
            "{}/{}",
            self.reference.registry(),
            self.reference.repository()
        )
    }

    pub(super) fn host(&self) -> &str {
        self.reference.resolve_registry()
    }

    pub(super) fn tag(&self) -> &str {
        let tag = self.reference.tag();
        tag.expect("a reference without a digest has a tag, `latest` by default")
    }

    /// The address that all requests of the protocol begin with.
    pub(super) fn url(&self) -> String {
        let scheme = if self.is_plain { "http" } else { "https" };
        format!("{scheme}://{}/v2/", self.host())
    }

    /// The error for a failed request to this registry.
    pub(super) fn error(&self, failure: Failure) -> Error {
        failure.into_error(self.host(), self.reference.repository())
    }
}

/// Parses a reference, and returns whether to use HTTP without TLS.
fn parse_reference(text: &str) -> Result<(Reference, bool), Error> {
    let (scheme, rest) = match text.split_once("://") {
        Some((scheme, rest)) => (Some(scheme), rest),
        None => (None, text),
    };
    let invalid = |reason: &str| Error::Reference(text.to_owned(), reason.to_owned());
    let reference: Reference = rest.parse().map_err(|err| invalid(&format!("{err}")))?;
    if reference.digest().is_some() {
        return Err(invalid(
            "an image is pushed to a tag; its digest follows from its content",
        ));
    }
    let is_plain = match scheme {
        None => is_on_this_machine(reference.resolve_registry()),
        Some("http") => true,
        Some("https") => false,
        Some(_) => {
            return Err(invalid(
                "only http:// and https:// are allowed before the host",
            ));
        }
    };
    Ok((reference, is_plain))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scheme_decides_about_tls() {
        let plain = |text| parse_reference(text).map(|(_, is_plain)| is_plain);
        assert!(plain("http://registry.lan:5000/showtable:1").unwrap());
        assert!(!plain("https://127.0.0.1:5000/showtable:1").unwrap());
        assert!(plain("127.0.0.1:5000/showtable:1").unwrap());
        assert!(!plain("registry.lan:5000/showtable:1").unwrap());
    }

    #[test]
    fn an_invalid_reference_is_refused_with_an_example() {
        let digest = "0".repeat(64);
        for text in [
            "",
            "Upper/Case",
            "ftp://ghcr.io/me/showtable:1",
            &format!("ghcr.io/me/showtable@sha256:{digest}"),
        ] {
            let err = parse_reference(text).unwrap_err().to_string();
            assert!(err.contains("ghcr.io/me/showtable:1"), "{err}");
        }
    }
}
