//! The names under which the endpoint answers.
//!
//! A web page can give its own name the address 127.0.0.1 (DNS rebinding). The browser then takes the endpoint
//! for a part of this page. All such requests have the name of the page in their Host header.

use std::net::IpAddr;

use axum::http::uri::Authority;

/// Names of the machine that a container runs on, which Docker and podman give it. No page can have them.
const OF_CONTAINERS: [&str; 2] = ["host.containers.internal", "host.docker.internal"];

/// The names that were added with `--host`.
#[derive(Debug, Default)]
pub(crate) struct Hosts(Vec<String>);

impl Hosts {
    pub(crate) fn new(added: &[String]) -> Self {
        Self(added.iter().map(|name| name.to_ascii_lowercase()).collect())
    }

    /// Whether a Host header, with or without a port, names this machine.
    pub(crate) fn has(&self, host: &str) -> bool {
        let Ok(authority) = host.parse::<Authority>() else {
            return false;
        };
        if authority.as_str().contains('@') {
            return false;
        }
        let name = authority.host().to_ascii_lowercase();
        is_of_this_machine(&name) || self.0.contains(&name)
    }
}

/// Loopback addresses, and names that no browser asks a name server for:
/// <https://www.rfc-editor.org/rfc/rfc6761#section-6.3>. Buckets are below `localhost`.
fn is_of_this_machine(name: &str) -> bool {
    let address = name.trim_start_matches('[').trim_end_matches(']');
    name == "localhost"
        || name.ends_with(".localhost")
        || address
            .parse()
            .is_ok_and(|address: IpAddr| address.is_loopback())
        || OF_CONTAINERS.contains(&name)
}

/// Checks a value of the option `--host`.
///
/// # Errors
/// One sentence for what is no name.
pub(crate) fn check(text: &str) -> Result<String, String> {
    match text.parse::<Authority>() {
        Ok(authority) if authority.host() == text && !text.is_empty() => Ok(text.to_owned()),
        _ => Err("write a name without a port, such as work.example.com".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_this_machine_are_answered() {
        let hosts = Hosts::new(&["Work.example.com".to_owned()]);
        for own in [
            "127.0.0.1:4566",
            "127.0.0.1",
            "127.9.9.9:1",
            "localhost:4566",
            "LOCALHOST",
            "[::1]:4566",
            "bucket.localhost:4566",
            "a.b.s3.localhost",
            "host.docker.internal:4566",
            "work.example.com:443",
        ] {
            assert!(hosts.has(own), "{own}");
        }
        for other in [
            "evil.example:4566",
            "127.0.0.1.evil.example",
            "evil.example:127.0.0.1",
            "localhost.evil.example",
            "notlocalhost",
            "127.0.0.1@evil.example",
            "evil.example@127.0.0.1",
            "a.work.example.com",
            "10.0.0.1:4566",
            "0.0.0.0:4566",
            "169.254.170.2",
            "",
            "[::1",
            "local host",
        ] {
            assert!(!hosts.has(other), "{other}");
        }
        assert!(check("work.example.com").is_ok());
        for wrong in ["", "a:1", "http://a", "a/b", "a b"] {
            assert!(check(wrong).is_err(), "{wrong}");
        }
    }
}
