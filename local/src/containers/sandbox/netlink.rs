//! The settings of a new network that have no file: interfaces that are up, and their addresses.
//!
//! The messages are those of rtnetlink(7), in the byte order of this machine.

use std::io;
use std::net::Ipv4Addr;
use std::os::fd::{AsRawFd as _, BorrowedFd, OwnedFd};

use rustix::net::netlink::SocketAddrNetlink;
use rustix::net::{
    AddressFamily, RecvFlags, SendFlags, SocketFlags, SocketType, recv, sendto, socket_with,
};

/// `RTM_NEWLINK` and `RTM_NEWADDR`.
const NEW_LINK: u16 = 16;
const NEW_ADDRESS: u16 = 20;

/// `NLM_F_REQUEST | NLM_F_ACK`.
const REQUEST: u16 = 1 | 4;
/// `NLM_F_CREATE`.
const CREATE: u16 = 0x400;

/// `IFLA_IFNAME`, `IFLA_LINKINFO` and `IFLA_NET_NS_FD`.
const NAME: u16 = 3;
const LINK_INFO: u16 = 18;
const NAMESPACE: u16 = 28;

/// `IFLA_INFO_KIND` and `IFLA_INFO_DATA`.
const KIND: u16 = 1;
const DATA: u16 = 2;

/// `VETH_INFO_PEER`.
const PEER: u16 = 1;

/// `AF_INET`.
const INET: u8 = 2;

/// The loopback interface is the first one of every network.
pub(super) const LOOPBACK: u32 = 1;

/// `IFF_UP`.
const UP: u32 = 1;

/// `IFA_ADDRESS` and `IFA_LOCAL`.
const ADDRESS: u16 = 1;
const LOCAL: u16 = 2;

/// The length of `struct nlmsghdr`.
const HEADER: usize = 16;

/// A connection to the kernel's network settings.
pub(super) struct Netlink(OwnedFd);

impl Netlink {
    pub(super) fn open() -> io::Result<Self> {
        let flags = SocketFlags::CLOEXEC;
        Ok(Self(socket_with(
            AddressFamily::NETLINK,
            SocketType::RAW,
            flags,
            None,
        )?))
    }

    pub(super) fn set_up(&self, number: u32) -> io::Result<()> {
        self.ask(NEW_LINK, REQUEST, &interface(number, UP))
    }

    /// Makes a pair of connected interfaces, one here and one in the other network namespace.
    pub(super) fn add_pair(&self, number: u32, other: BorrowedFd<'_>) -> io::Result<()> {
        let mut peer = interface(number, 0);
        let descriptor = other.as_raw_fd().to_ne_bytes();
        peer.extend(attribute(NAME, b"eth0\0"));
        peer.extend(attribute(NAMESPACE, &descriptor));
        let data = attribute(DATA, &attribute(PEER, &peer));
        let mut message = interface(number, 0);
        message.extend(attribute(NAME, b"eth0\0"));
        let information = [attribute(KIND, b"veth"), data].concat();
        message.extend(attribute(LINK_INFO, &information));
        self.ask(NEW_LINK, REQUEST | CREATE, &message)
    }

    /// Gives an interface one more address. `peer` is the only address that it leads to.
    pub(super) fn add_address(
        &self,
        interface: u32,
        address: Ipv4Addr,
        peer: Ipv4Addr,
    ) -> io::Result<()> {
        let mut message = vec![INET, 32, 0, 0];
        message.extend(interface.to_ne_bytes());
        message.extend(attribute(LOCAL, &address.octets()));
        message.extend(attribute(ADDRESS, &peer.octets()));
        self.ask(NEW_ADDRESS, REQUEST | CREATE, &message)
    }

    fn ask(&self, kind: u16, flags: u16, body: &[u8]) -> io::Result<()> {
        let length = u32::try_from(HEADER + body.len()).map_err(io::Error::other)?;
        let mut message = Vec::new();
        message.extend(length.to_ne_bytes());
        message.extend(kind.to_ne_bytes());
        message.extend(flags.to_ne_bytes());
        message.extend([0; 8]);
        message.extend(body);
        sendto(
            &self.0,
            &message,
            SendFlags::empty(),
            &SocketAddrNetlink::new(0, 0),
        )?;
        let mut answer = [0; 256];
        let (received, _) = recv(&self.0, &mut answer[..], RecvFlags::empty())?;
        outcome(answer.get(..received).unwrap_or_default())
    }
}

/// `struct ifinfomsg` with these flags.
fn interface(number: u32, flags: u32) -> Vec<u8> {
    let mut message = vec![0; 4];
    for number in [number, flags, flags] {
        message.extend(number.to_ne_bytes());
    }
    message
}

/// `struct rtattr` with its value, padded to four bytes.
fn attribute(kind: u16, value: &[u8]) -> Vec<u8> {
    let length = u16::try_from(value.len() + 4).expect("the attributes are short");
    let mut attribute = length.to_ne_bytes().to_vec();
    attribute.extend(kind.to_ne_bytes());
    attribute.extend(value);
    attribute.resize(attribute.len().next_multiple_of(4), 0);
    attribute
}

/// The error number in the kernel's answer; 0 means success.
fn outcome(answer: &[u8]) -> io::Result<()> {
    let number = answer.get(HEADER..HEADER + 4);
    let number = number.and_then(|bytes| bytes.try_into().ok());
    match number.map(i32::from_ne_bytes) {
        Some(0) => Ok(()),
        Some(number) => Err(io::Error::from_raw_os_error(-number)),
        None => Err(io::ErrorKind::UnexpectedEof.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_are_padded() {
        let expected = [
            &9_u16.to_ne_bytes()[..],
            &3_u16.to_ne_bytes(),
            b"eth0\0\0\0\0",
        ]
        .concat();
        assert_eq!(attribute(NAME, b"eth0\0"), expected);
        assert_eq!(attribute(PEER, &[]).len(), 4);
    }

    #[test]
    fn an_answer_carries_the_number_of_the_error() {
        let answer = |number: i32| [vec![0; HEADER], number.to_ne_bytes().to_vec()].concat();
        assert!(outcome(&answer(0)).is_ok());
        let refused = outcome(&answer(-1)).unwrap_err();
        assert_eq!(refused.kind(), io::ErrorKind::PermissionDenied);
        assert!(outcome(&[0; HEADER]).is_err());
    }
}
