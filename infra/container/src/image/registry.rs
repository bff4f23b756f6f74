use std::time::Duration;

use connect::is_on_this_machine;
use oci_spec::distribution::Reference;

use super::answer::Failure;
use super::{Error, Login};

/// How long a push waits for one answer: registries limit the rate of requests by the minute.
const PATIENCE: Duration = Duration::from_mins(1);
/// How long a connection may take to come about.
pub(crate) const CONNECT: Duration = Duration::from_secs(10);

/// A place for an image in a registry, and how to get at it.
#[derive(Debug, Clone)]
pub struct Registry {
    pub(crate) reference: Reference,
    pub(crate) login: Login,
    pub(crate) patience: Duration,
    is_plain: bool,
}

impl Registry {
    /// Reads a reference with a tag, as `ghcr.io/me/showtable:1`, and looks for a login.
    ///
    /// Registries on this machine are spoken to without TLS, as is one that begins with `http://`.
    pub fn parse(text: &str, username: Option<&str>) -> Result<Self, Error> {
        let (reference, is_plain) = place(text)?;
        let login = Login::find(reference.registry(), reference.repository(), username)?;
        Ok(Self {
            reference,
            login,
            patience: PATIENCE,
            is_plain,
        })
    }

    /// With a login that is known already.
    #[must_use]
    pub const fn with_login(reference: Reference, login: Login, is_plain: bool) -> Self {
        Self {
            reference,
            login,
            patience: PATIENCE,
            is_plain,
        }
    }

    /// Sets how long the registry may be silent, and how long the pauses before the attempts of one
    /// request are in all [default: a minute].
    #[must_use]
    pub const fn with_patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    pub(crate) fn host(&self) -> &str {
        self.reference.resolve_registry()
    }

    pub(crate) fn tag(&self) -> &str {
        self.reference.tag().unwrap_or_default()
    }

    /// Where every request of the protocol begins.
    pub(crate) fn url(&self) -> String {
        let scheme = if self.is_plain { "http" } else { "https" };
        format!("{scheme}://{}/v2/", self.host())
    }

    pub(crate) fn failed(&self, failure: &Failure) -> Error {
        Error::registry(self.host(), self.reference.repository(), failure)
    }
}

/// Where an image goes, and whether there is no TLS on the way.
fn place(text: &str) -> Result<(Reference, bool), Error> {
    let (scheme, rest) = match text.split_once("://") {
        Some((scheme, rest)) => (Some(scheme), rest),
        None => (None, text),
    };
    let invalid = |reason: &str| Error::Reference(text.to_owned(), reason.to_owned());
    let reference: Reference = rest.parse().map_err(|err| invalid(&format!("{err}")))?;
    if reference.digest().is_some() {
        return Err(invalid(
            "an image is pushed by a tag, its digest is what comes of it",
        ));
    }
    let is_plain = match scheme {
        None => is_on_this_machine(reference.resolve_registry()),
        Some("http") => true,
        Some("https") => false,
        Some(_) => return Err(invalid("only http:// and https:// can stand before it")),
    };
    Ok((reference, is_plain))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_before_the_host_decides() {
        let plain = |text| place(text).map(|(_, is_plain)| is_plain);
        assert!(plain("http://registry.lan:5000/showtable:1").unwrap());
        assert!(!plain("https://127.0.0.1:5000/showtable:1").unwrap());
        assert!(plain("127.0.0.1:5000/showtable:1").unwrap());
        assert!(!plain("registry.lan:5000/showtable:1").unwrap());
    }

    #[test]
    fn what_is_no_place_for_an_image_is_refused_with_an_example() {
        let digest = "0".repeat(64);
        for text in [
            "",
            "Upper/Case",
            "ftp://ghcr.io/me/showtable:1",
            &format!("ghcr.io/me/showtable@sha256:{digest}"),
        ] {
            let err = place(text).unwrap_err().to_string();
            assert!(err.contains("ghcr.io/me/showtable:1"), "{err}");
        }
    }
}
