//! The name of the host that a task runs on.

use std::net::Ipv4Addr;

/// The name that EC2 gives to a private address.
pub(crate) fn host_name(address: Ipv4Addr, region: &str) -> String {
    let [a, b, c, d] = address.octets();
    format!("ip-{a}-{b}-{c}-{d}.{region}.compute.internal")
}
