//! The network of a task: a network namespace in which its containers run.
//!
//! A socket belongs to the namespace in which it was made, whichever process uses it. This process
//! therefore makes the sockets and hands them to the local AWS through its standard input: first
//! those that listen on the addresses of AWS, then one for every connection to the task. No byte
//! passes through this process.

use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpListener;
use std::os::fd::AsFd as _;
use std::process::ExitCode;

use rustix::net::{AddressFamily, SocketFlags, SocketType, socket_with};
use rustix::stdio::stdin;
use rustix::thread::UnshareFlags;

use super::agent;
use super::descriptors::send;
use super::namespaces::{end_with_parent, leave};
use super::netlink::{LOOPBACK, Netlink};
use super::specification::NetworkSpecification;

/// Runs until the local AWS closes standard input. `parent` is the process id of the local AWS.
pub(crate) fn run(parent: Option<u32>) -> ExitCode {
    match make(parent).and_then(|()| hand_out()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(err) => {
            // The local AWS reads the reason; if it has ended, nothing is to be done.
            let _ = std::io::stdout().write_all(err.to_string().as_bytes());
            ExitCode::FAILURE
        }
    }
}

fn make(parent: Option<u32>) -> io::Result<()> {
    leave(
        UnshareFlags::NEWUSER | UnshareFlags::NEWNET | UnshareFlags::NEWUTS | UnshareFlags::NEWIPC,
    )?;
    end_with_parent(parent)?;
    // The local AWS now writes the users of this namespace, then the specification.
    send(stdin(), b'u', None)?;
    let specification = read()?;
    rustix::system::sethostname(specification.host_name.as_bytes())?;
    let netlink = Netlink::open()?;
    netlink.set_up(LOOPBACK)?;
    let NetworkSpecification {
        address,
        endpoint,
        agent,
        ..
    } = specification;
    netlink.add_address(LOOPBACK, address, address)?;
    let endpoint = TcpListener::bind(endpoint)?;
    let agent = agent::listen(&netlink, agent)?;
    for listener in [endpoint, agent] {
        listener.set_nonblocking(true)?;
        send(stdin(), b'l', Some(listener.as_fd()))?;
    }
    Ok(())
}

fn read() -> io::Result<NetworkSpecification> {
    let mut line = String::new();
    BufReader::new(io::stdin()).read_line(&mut line)?;
    Ok(serde_json::from_str(&line)?)
}

/// Answers every byte with a new socket.
fn hand_out() -> io::Result<()> {
    let mut asked = [0];
    while io::stdin().read(&mut asked)? > 0 {
        let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
        let socket = socket_with(AddressFamily::INET, SocketType::STREAM, flags, None)?;
        send(stdin(), b's', Some(socket.as_fd()))?;
    }
    Ok(())
}
