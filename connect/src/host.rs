use std::net::IpAddr;

use http::Uri;

/// Returns whether a URL, or a host with or without a port, is on this machine.
#[must_use]
pub fn is_on_this_machine(location: &str) -> bool {
    let uri = location.parse::<Uri>().ok();
    // An IPv6 address without brackets is not a part of a URL.
    let host = uri.as_ref().and_then(Uri::host).unwrap_or(location);
    let name = host.trim_end_matches('.').to_ascii_lowercase();
    let is_local = |address: IpAddr| address.is_loopback() || address.is_unspecified();
    name == "localhost" || name.ends_with(".localhost") || address(host).is_some_and(is_local)
}

/// Returns whether no proxy can reach a host: it is on this machine, or it serves only this machine,
/// like 169.254.170.2, from which a Fargate task gets its credentials.
pub(crate) fn is_unreachable_for_proxies(host: &str) -> bool {
    /// The IPv6 addresses of EC2 and EKS for metadata.
    const METADATA: [u16; 2] = [0xfd00, 0x0ec2];
    is_on_this_machine(host)
        || address(host).is_some_and(|address| match address {
            IpAddr::V4(address) => address.is_link_local(),
            IpAddr::V6(address) => {
                address.is_unicast_link_local() || address.segments().starts_with(&METADATA)
            }
        })
}

fn address(host: &str) -> Option<IpAddr> {
    let host = host.trim_start_matches('[').trim_end_matches(']');
    host.parse()
        .ok()
        .map(|address: IpAddr| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_this_machine_from_others() {
        for location in [
            "http://127.0.0.1:4566",
            "http://localhost:4566/",
            "https://[::1]:1",
            "http://127.9.9.9",
            "http://0.0.0.0:4566",
            "[::ffff:127.0.0.1]:80",
            "::1",
            "localhost",
            "LOCALHOST.:5000",
            "registry.localhost:5000",
            "127.0.0.1:5000",
        ] {
            assert!(is_on_this_machine(location), "{location}");
        }
        for location in [
            "https://cloudformation.eu-central-1.amazonaws.com",
            "http://127.0.0.1.example.org",
            "http://localhost:password@example.org",
            "localhost.example.org:443",
            "notlocalhost",
            "http://10.0.0.1:4566",
            "169.254.170.2",
            "ghcr.io",
            "",
        ] {
            assert!(!is_on_this_machine(location), "{location}");
        }
    }

    #[test]
    fn no_proxy_reaches_the_credentials_of_a_task_or_an_instance() {
        for host in [
            "169.254.170.2",
            "169.254.169.254",
            "[fd00:ec2::254]",
            "[fd00:ec2::23]",
            "[fe80::1]",
            "localhost",
        ] {
            assert!(is_unreachable_for_proxies(host), "{host}");
        }
        for host in ["10.0.0.1", "[fd00::1]", "[2001:db8::1]", "amazonaws.com"] {
            assert!(!is_unreachable_for_proxies(host), "{host}");
        }
    }
}
