//! A table of networks with one difference each: what gets through, and what stops it.

mod cases;
mod net;

use std::net::Ipv4Addr;

use super::{End, reach};
use crate::services::ec2::topology::Topology;
use net::{Net, usual};

/// A connection of the usual network.
#[derive(Clone, Copy, Debug)]
enum Way {
    BrowserToBalancer,
    /// 198.51.100.7
    ClientToBalancer,
    BalancerToTask,
    TaskTo(&'static str),
    TaskToInternet,
    BrowserToTask,
}

/// The outcome: every connection gets through, or this resource stops it, for this reason.
#[derive(Clone, Copy)]
enum Expected {
    Through,
    Stopped(&'static str, &'static str),
}

type Case = (&'static str, fn(&mut Net), Way, Expected);

fn walk(net: &Net, way: Way) -> Result<Vec<String>, super::Blocked> {
    let topology = Topology::of(&net.state);
    let balancer = net.interface("balancer");
    let task = net.interface("task");
    let (from, to, port) = match way {
        Way::BrowserToBalancer => (End::Internet, End::Interface(&balancer), 80),
        Way::ClientToBalancer => {
            let client = End::Client(Ipv4Addr::new(198, 51, 100, 7));
            (client, End::Interface(&balancer), 80)
        }
        Way::BalancerToTask => (End::Interface(&balancer), End::Interface(&task), 8080),
        Way::TaskTo(service) => (End::Interface(&task), End::Service(service), 443),
        Way::TaskToInternet => (End::Interface(&task), End::Internet, 443),
        Way::BrowserToTask => (End::Internet, End::Interface(&task), 8080),
    };
    reach(&topology, from, to, port).map(|path| path.hops)
}

fn check(cases: &[Case]) {
    for (name, change, way, expected) in cases {
        let mut net = usual();
        change(&mut net);
        match (walk(&net, *way), expected) {
            (Ok(_), Expected::Through) => {}
            (Err(blocked), Expected::Stopped(resource, why)) => {
                let id = blocked.resource.as_str();
                assert!(
                    id == *resource || (*resource == "eni" && id.starts_with("eni-")),
                    "{name} ({way:?}): {blocked:?}"
                );
                assert!(blocked.why.contains(why), "{name} ({way:?}): {blocked:?}");
                assert!(!blocked.remedy.is_empty(), "{name}: {blocked:?}");
            }
            (Ok(path), Expected::Stopped(..)) => panic!("{name} ({way:?}) gets through: {path:#?}"),
            (Err(blocked), Expected::Through) => panic!("{name} ({way:?}): {blocked:#?}"),
        }
    }
}

#[test]
fn the_usual_network_lets_everything_through() {
    for way in [
        Way::BrowserToBalancer,
        Way::BalancerToTask,
        Way::TaskTo("dynamodb"),
        Way::TaskTo("ssm"),
        Way::TaskTo("ecr.api"),
        Way::TaskTo("s3"),
        Way::TaskToInternet,
    ] {
        let path = walk(&usual(), way).unwrap_or_else(|blocked| panic!("{way:?}: {blocked:#?}"));
        assert!(!path.is_empty(), "{way:?}");
    }
}

#[test]
fn one_difference_each() {
    check(cases::ROUTES);
    check(cases::GROUPS);
    check(cases::ACLS);
    check(cases::ENDPOINTS);
}

#[test]
fn the_way_of_a_task_to_its_table_is_told_hop_by_hop() {
    let path = walk(&usual(), Way::TaskTo("dynamodb")).unwrap();
    assert_eq!(
        path,
        [
            "Security group sg-task lets TCP 443 out to 0.0.0.0/0.",
            "Route table rtb-private of subnet-private sends it to vpce-dynamodb.",
            "Gateway endpoint vpce-dynamodb leads to the service.",
        ]
    );
}
