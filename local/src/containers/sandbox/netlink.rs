//! The two settings of a new network that have no file: an interface that is up, and its addresses.
//!
//! The messages are those of rtnetlink(7), in the byte order of this machine.

use std::io;
use std::net::Ipv4Addr;
use std::os::fd::OwnedFd;

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

/// `AF_INET`.
const INET: u8 = 2;

/// The loopback interface is the first one of every network.
const LOOPBACK: u32 = 1;

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

    /// Sets the loopback interface up.
    pub(super) fn loopback_up(&self) -> io::Result<()> {
        let mut message = vec![0; 4];
        for number in [LOOPBACK, UP, UP] {
            message.extend(number.to_ne_bytes());
        }
        self.ask(NEW_LINK, REQUEST, &message)
    }

    /// Gives the loopback interface one more address. A task has no other interface: its sockets
    /// leave the network by being handed over.
    pub(super) fn add_address(&self, address: Ipv4Addr) -> io::Result<()> {
        let mut message = vec![INET, 32, 0, 0];
        message.extend(LOOPBACK.to_ne_bytes());
        for attribute in [LOCAL, ADDRESS] {
            message.extend(8_u16.to_ne_bytes());
            message.extend(attribute.to_ne_bytes());
            message.extend(address.octets());
        }
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
    fn an_answer_carries_the_number_of_the_error() {
        let answer = |number: i32| [vec![0; HEADER], number.to_ne_bytes().to_vec()].concat();
        assert!(outcome(&answer(0)).is_ok());
        let refused = outcome(&answer(-1)).unwrap_err();
        assert_eq!(refused.kind(), io::ErrorKind::PermissionDenied);
        assert!(outcome(&[0; HEADER]).is_err());
    }
}
