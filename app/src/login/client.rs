use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName};

use crate::connections::Peer;

/// The load balancer adds the address of its client at the end.
const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
/// Who has one address of an IPv6 network of this size usually has all of them.
const NETWORK: u128 = !0 << 64;

/// Where a request comes from: an IPv4 address, or an IPv6 network.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub(crate) struct Client(Ipv6Addr);

impl Client {
    pub(crate) fn of(request: &Request) -> Self {
        let peer = request.extensions().get::<Peer>();
        let peer = peer.map_or(Ipv6Addr::UNSPECIFIED.into(), |peer| peer.0.to_canonical());
        let forwarded = || last_forwarded(request.headers());
        // Anybody can send this header. Only the load balancer, which is in the same network, is believed.
        let address = is_near(peer).then(forwarded).flatten();
        Self::from(address.unwrap_or(peer))
    }
}

impl From<IpAddr> for Client {
    fn from(address: IpAddr) -> Self {
        match address.to_canonical() {
            IpAddr::V4(address) => Self(address.to_ipv6_mapped()),
            IpAddr::V6(address) => Self(Ipv6Addr::from_bits(address.to_bits() & NETWORK)),
        }
    }
}

impl std::fmt::Display for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.to_canonical().fmt(f)
    }
}

/// The element that was added last. Those before it are what the client says of itself.
fn last_forwarded(headers: &HeaderMap) -> Option<IpAddr> {
    let value = headers.get_all(&FORWARDED_FOR).iter().next_back()?;
    let last = value.to_str().ok()?.rsplit(',').next()?.trim();
    let address = last.parse::<SocketAddr>().map(|address| address.ip());
    let in_brackets = last
        .strip_prefix('[')
        .and_then(|last| last.strip_suffix(']'));
    address
        .or_else(|_| in_brackets.unwrap_or(last).parse())
        .ok()
}

/// Whether an address is of this machine or of a private network.
fn is_near(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => {
            let [first, second, ..] = address.octets();
            let is_shared = first == 100 && (64..128).contains(&second);
            address.is_private() || address.is_loopback() || address.is_link_local() || is_shared
        }
        IpAddr::V6(address) => {
            address.is_loopback() || address.is_unique_local() || address.is_unicast_link_local()
        }
    }
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    fn client(peer: &str, forwarded: &[&str]) -> String {
        let mut request = Request::new(Body::empty());
        request.extensions_mut().insert(Peer(peer.parse().unwrap()));
        for value in forwarded {
            request
                .headers_mut()
                .append(FORWARDED_FOR, value.parse().unwrap());
        }
        Client::of(&request).to_string()
    }

    #[test]
    fn the_client_is_what_the_load_balancer_has_added() {
        for (forwarded, expected) in [
            (&["203.0.113.7"][..], "203.0.113.7"),
            (&["1.2.3.4, 203.0.113.7"], "203.0.113.7"),
            (&["1.2.3.4", "5.6.7.8,203.0.113.7"], "203.0.113.7"),
            (&["203.0.113.7:51234"], "203.0.113.7"),
            (&["2001:db8:1:2:3:4:5:6"], "2001:db8:1:2::"),
            (&["[2001:db8:1:2::9]:51234"], "2001:db8:1:2::"),
            (&["[2001:db8:1:2::9]"], "2001:db8:1:2::"),
            (&["::ffff:203.0.113.7"], "203.0.113.7"),
            (&["1.2.3.4, unknown"], "10.0.0.9"),
            (&[""], "10.0.0.9"),
            (&[], "10.0.0.9"),
        ] {
            assert_eq!(client("10.0.0.9", forwarded), expected, "{forwarded:?}");
        }
    }

    #[test]
    fn the_header_of_a_client_that_comes_directly_is_not_believed() {
        for (peer, expected) in [
            ("198.51.100.4", "198.51.100.4"),
            ("::ffff:198.51.100.4", "198.51.100.4"),
            ("2001:db8::1", "2001:db8::"),
        ] {
            assert_eq!(client(peer, &["203.0.113.7"]), expected);
        }
        for peer in [
            "127.0.0.1",
            "::1",
            "172.16.0.1",
            "100.64.0.1",
            "fd00::1",
            "::ffff:10.0.0.1",
        ] {
            assert_eq!(client(peer, &["203.0.113.7"]), "203.0.113.7", "{peer}");
        }
    }
}
