use std::net::IpAddr;

/// The address of the other end of a connection, in the extensions of a request.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Peer(pub(crate) IpAddr);
