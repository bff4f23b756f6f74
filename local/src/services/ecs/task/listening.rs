//! Where the programs of a task listen, compared with what its task definition says. Only Linux tells.

use std::collections::BTreeSet;
use std::fs;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::prepare::Prepared;
use crate::account::Account;
use crate::containers::AGENT;
use crate::services::ecs::task_definition::ContainerDefinition;

/// How often to look.
const INTERVAL: Duration = Duration::from_millis(100);

/// How long a program must listen elsewhere before that is said: many programs open another port first.
const CERTAIN_AFTER: Duration = Duration::from_secs(1);

/// `TCP_LISTEN` in `/proc/net/tcp`.
const LISTENS: &str = "0A";

/// Watches a running task until one of its declared ports is open. Says if a program listens somewhere
/// else instead.
pub(super) async fn watch(account: &Arc<Account>, task_id: &str, task: &Prepared) {
    let declared = declared(&task.definition.container_definitions);
    let Some(network) = task.network.namespace().filter(|_| !declared.is_empty()) else {
        return;
    };
    let own = [account.endpoint, AGENT.into()];
    let mut since = None;
    loop {
        let open: BTreeSet<SocketAddr> = listeners(network)
            .into_iter()
            .filter(|address| !own.contains(address))
            .collect();
        match hint(&declared, &open) {
            Verdict::Good => return,
            Verdict::Open => since = None,
            Verdict::Elsewhere(hint) => {
                let since = since.get_or_insert_with(Instant::now);
                if since.elapsed() >= CERTAIN_AFTER {
                    tracing::warn!("task {task_id}: {hint}");
                    account.tasks.ledger().hint(task_id, &hint);
                    return;
                }
            }
        }
        tokio::time::sleep(INTERVAL).await;
    }
}

/// The TCP ports that the containers declare.
fn declared(containers: &[ContainerDefinition]) -> BTreeSet<u16> {
    containers
        .iter()
        .flat_map(ContainerDefinition::tcp_ports)
        .collect()
}

#[derive(Debug, PartialEq, Eq)]
enum Verdict {
    /// A load balancer reaches a declared port.
    Good,
    /// No program listens yet.
    Open,
    Elsewhere(String),
}

fn hint(declared: &BTreeSet<u16>, open: &BTreeSet<SocketAddr>) -> Verdict {
    let is_declared = |address: &&SocketAddr| declared.contains(&address.port());
    let mut of_declared = open.iter().filter(is_declared);
    if of_declared
        .clone()
        .any(|address| !is_loopback(address.ip()))
    {
        return Verdict::Good;
    }
    if let Some(address) = of_declared.next() {
        let port = address.port();
        return Verdict::Elsewhere(format!(
            "its program listens on {address} only, which nothing outside of the task reaches: let it listen on 0.0.0.0:{port}"
        ));
    }
    let Some(first) = open.first() else {
        return Verdict::Open;
    };
    let shown = |ports: BTreeSet<u16>| {
        let ports: Vec<String> = ports.iter().map(u16::to_string).collect();
        ports.join(", ")
    };
    let ports = shown(open.iter().map(SocketAddr::port).collect());
    Verdict::Elsewhere(format!(
        "its program listens on port {ports}, and the task definition says {}: let it listen there, or change ContainerPort to {}",
        shown(declared.clone()),
        first.port()
    ))
}

fn is_loopback(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => ip.is_loopback(),
        IpAddr::V6(ip) => ip
            .to_ipv4_mapped()
            .map_or(ip.is_loopback(), |ip| ip.is_loopback()),
    }
}

/// The addresses where programs listen in the network of this process.
fn listeners(network: u32) -> BTreeSet<SocketAddr> {
    let files = ["tcp", "tcp6"].map(|name| format!("/proc/{network}/net/{name}"));
    let texts = files
        .iter()
        .filter_map(|file| fs::read_to_string(file).ok());
    texts.flat_map(|text| parse(&text)).collect()
}

/// Reads a table of the kernel: `NUMBER: ADDRESS:PORT PEER STATE …`.
fn parse(table: &str) -> Vec<SocketAddr> {
    let rows = table.lines().skip(1).filter_map(|line| {
        let mut fields = line.split_whitespace().skip(1);
        let (own, state) = (fields.next()?, fields.nth(1)?);
        (state == LISTENS).then(|| address(own))?
    });
    rows.collect()
}

/// An address of the kernel: words of 32 bits in the byte order of this machine, and the port.
fn address(text: &str) -> Option<SocketAddr> {
    let (ip, port) = text.split_once(':')?;
    let words = (0..ip.len()).step_by(8).map(|start| {
        let word = u32::from_str_radix(ip.get(start..start + 8)?, 16).ok()?;
        Some(word.to_ne_bytes())
    });
    let bytes = words.collect::<Option<Vec<_>>>()?.concat();
    let ip = match <[u8; 4]>::try_from(bytes.as_slice()) {
        Ok(four) => IpAddr::from(Ipv4Addr::from(four)),
        Err(_) => IpAddr::from(Ipv6Addr::from(<[u8; 16]>::try_from(bytes.as_slice()).ok()?)),
    };
    Some(SocketAddr::new(ip, u16::from_str_radix(port, 16).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(target_endian = "little")]
    fn the_tables_of_the_kernel_are_read() {
        let table = "  sl  local_address rem_address   st tx_queue\n   0: 0100007F:0BB8 00000000:0000 0A 00000000:00000000\n   1: 00000000:1F90 00000000:0000 0A 0\n   2: 0100007F:1F90 0100007F:C000 01 0\n";
        let expected = ["127.0.0.1:3000", "0.0.0.0:8080"].map(|one| one.parse().unwrap());
        assert_eq!(parse(table), expected);
        let table = "sl\n 0: 00000000000000000000000000000000:1F90 0:0 0A\n 1: 00000000000000000000000001000000:0050 0:0 0A\n 2: 0000000000000000FFFF00000100007F:0051 0:0 0A\n";
        let expected =
            ["[::]:8080", "[::1]:80", "[::ffff:127.0.0.1]:81"].map(|one| one.parse().unwrap());
        assert_eq!(parse(table), expected);
    }

    #[test]
    fn a_program_that_listens_elsewhere_is_explained() {
        let verdict = |open: &[&str]| {
            let open = open.iter().map(|one| one.parse().unwrap()).collect();
            hint(&BTreeSet::from([8080]), &open)
        };
        let elsewhere = |text: &str| Verdict::Elsewhere(text.to_owned());
        for (open, expected) in [
            (vec![], Verdict::Open),
            (vec!["0.0.0.0:8080"], Verdict::Good),
            (vec!["[::]:8080", "127.0.0.1:9"], Verdict::Good),
            (vec!["10.0.0.9:8080"], Verdict::Good),
            (
                vec!["0.0.0.0:3000"],
                elsewhere(
                    "its program listens on port 3000, and the task definition says 8080: let it listen there, or change ContainerPort to 3000",
                ),
            ),
            (
                vec!["127.0.0.1:8080"],
                elsewhere(
                    "its program listens on 127.0.0.1:8080 only, which nothing outside of the task reaches: let it listen on 0.0.0.0:8080",
                ),
            ),
            (
                vec!["[::ffff:127.0.0.1]:8080"],
                elsewhere(
                    "its program listens on [::ffff:127.0.0.1]:8080 only, which nothing outside of the task reaches: let it listen on 0.0.0.0:8080",
                ),
            ),
        ] {
            assert_eq!(verdict(&open), expected, "{open:?}");
        }
    }
}
