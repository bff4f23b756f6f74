//! The network of the container agent.
//!
//! The agent listens on port 80 of an address that every task has. In the network of the task itself,
//! it would take this port from a program that listens on all addresses. Therefore it listens in a
//! network namespace of its own, which is connected with that of the task.

use std::fs::File;
use std::io;
use std::net::{Ipv4Addr, SocketAddrV4, TcpListener};
use std::os::fd::AsFd as _;

use rustix::thread::{LinkNameSpaceType, UnshareFlags, move_into_link_name_space};

use super::namespaces::leave;
use super::netlink::{LOOPBACK, Netlink};

/// The address of the task on its connection to the agent, as on Fargate.
const TASK: Ipv4Addr = Ipv4Addr::new(169, 254, 172, 2);

/// The number of the interface on both sides of the connection.
const INTERFACE: u32 = 2;

/// Listens on the address of the agent. If this machine cannot connect networks, the agent is in the
/// network of the task.
pub(super) fn listen(task: &Netlink, address: SocketAddrV4) -> io::Result<TcpListener> {
    let agent = *address.ip();
    let Ok(listener) = listen_outside(task, address) else {
        task.add_address(LOOPBACK, agent, agent)?;
        return TcpListener::bind(address);
    };
    task.set_up(INTERFACE)?;
    task.add_address(INTERFACE, TASK, agent)?;
    Ok(listener)
}

/// Listens in a new network namespace, which lives as long as the listener.
fn listen_outside(task: &Netlink, address: SocketAddrV4) -> io::Result<TcpListener> {
    let own = File::open("/proc/self/ns/net")?;
    leave(UnshareFlags::NEWNET)?;
    let listener = File::open("/proc/self/ns/net").and_then(|outside| {
        task.add_pair(INTERFACE, outside.as_fd())?;
        let netlink = Netlink::open()?;
        netlink.set_up(INTERFACE)?;
        netlink.add_address(INTERFACE, *address.ip(), TASK)?;
        TcpListener::bind(address)
    });
    move_into_link_name_space(own.as_fd(), Some(LinkNameSpaceType::Network))?;
    listener
}
