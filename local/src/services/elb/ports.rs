//! Which port of 127.0.0.1 a listener has.
//!
//! A load balancer has one address, its DNS name. There, its main HTTP listener answers HTTP and its
//! main HTTPS listener answers HTTPS: these are the ones on port 80 and 443, or else the ones on the
//! lowest port. Any other listener has its own port: the one of the template if that is free and
//! above 1023, or else the next free port for load balancers.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use tokio::net::TcpListener;

use super::balancers::{Open, Running};
use super::load_balancer::address;
use super::proxy;
use crate::account::Account;

/// How many ports to try for a listener.
const TRIED_PORTS: u16 = 100;

/// The lowest port that every user may open.
const FIRST_UNPRIVILEGED: u64 = 1024;

/// Opens and closes ports until every listener of the load balancer has its own.
///
/// # Errors
/// A port that cannot be opened.
pub(super) fn arrange(
    account: &Arc<Account>,
    running: &mut Running,
    load_balancer: &str,
) -> Result<(), String> {
    let own = account.read(|state| address(state, load_balancer));
    let Some(own) = own else { return Ok(()) };
    let mut wanted: Vec<(u16, bool, String)> = Vec::new();
    for tls in [false, true] {
        for (index, (arn, port)) in sorted(running, load_balancer, tls).into_iter().enumerate() {
            let local = match index {
                0 => own.port(),
                _ => port_for(account, running, &arn, port, own.port())?,
            };
            place(account, running, local, tls, &arn)?;
            wanted.push((local, tls, arn));
        }
    }
    release(running, &wanted);
    Ok(())
}

/// The ARNs and ports of a load balancer's listeners, the main one first.
fn sorted(running: &Running, load_balancer: &str, tls: bool) -> Vec<(String, u64)> {
    let usual = if tls { 443 } else { 80 };
    let own = running
        .listeners
        .iter()
        .filter(|(_, live)| live.load_balancer == load_balancer && live.tls.is_some() == tls);
    let mut own: Vec<(String, u64)> = own.map(|(arn, live)| (arn.clone(), live.port)).collect();
    own.sort_by_key(|(_, port)| (*port != usual, *port));
    own
}

/// The port that the listener has already, or a free one.
fn port_for(
    account: &Arc<Account>,
    running: &mut Running,
    arn: &str,
    port: u64,
    main: u16,
) -> Result<u16, String> {
    let holds = |open: &Open| {
        [&open.plain, &open.tls]
            .iter()
            .any(|one| one.as_deref() == Some(arn))
    };
    let held = running
        .ports
        .iter()
        .find(|(local, open)| **local != main && holds(open));
    if let Some((local, _)) = held {
        return Ok(*local);
    }
    let first = u16::try_from(port)
        .ok()
        .filter(|_| port >= FIRST_UNPRIVILEGED);
    let others = (account.alb_port..=u16::MAX).take(TRIED_PORTS.into());
    for local in first.into_iter().chain(others) {
        let is_free = !running.ports.contains_key(&local) && !running.is_reserved(local);
        if is_free && open(account, running, local).is_ok() {
            return Ok(local);
        }
    }
    Err(format!(
        "no port from {} on is free for a listener: choose another with --alb-port",
        account.alb_port
    ))
}

/// Lets the listener answer on an open port.
fn place(
    account: &Arc<Account>,
    running: &mut Running,
    local: u16,
    tls: bool,
    arn: &str,
) -> Result<(), String> {
    if !running.ports.contains_key(&local) {
        open(account, running, local).map_err(|err| {
            format!("the load balancer cannot listen on 127.0.0.1:{local} ({err}): stop what listens there")
        })?;
    }
    if let Some(open) = running.ports.get_mut(&local) {
        let side = if tls { &mut open.tls } else { &mut open.plain };
        if side.as_deref() != Some(arn) {
            tracing::info!("the listener {arn} answers on 127.0.0.1:{local}");
            *side = Some(arn.to_owned());
        }
    }
    Ok(())
}

fn open(account: &Arc<Account>, running: &mut Running, local: u16) -> std::io::Result<()> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, local));
    let socket = std::net::TcpListener::bind(address)?;
    socket.set_nonblocking(true)?;
    let listener = TcpListener::from_std(socket)?;
    let accepting = tokio::spawn(proxy::serve(listener, Arc::clone(account), local));
    let open = Open {
        accepting: accepting.abort_handle(),
        plain: None,
        tls: None,
    };
    running.ports.insert(local, open);
    Ok(())
}

/// Takes listeners away from ports that are no longer theirs, and closes the ports that are left
/// without one.
fn release(running: &mut Running, wanted: &[(u16, bool, String)]) {
    let Running {
        listeners, ports, ..
    } = running;
    ports.retain(|local, open| {
        for (tls, side) in [(false, &mut open.plain), (true, &mut open.tls)] {
            let Some(arn) = side else { continue };
            let moved = wanted
                .iter()
                .any(|(other, other_tls, one)| one == arn && (other != local || *other_tls != tls));
            if moved || !listeners.contains_key(arn) {
                *side = None;
            }
        }
        let is_used = open.plain.is_some() || open.tls.is_some();
        if !is_used {
            open.accepting.abort();
        }
        is_used
    });
}
