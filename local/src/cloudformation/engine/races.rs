//! Races that the usual durations decide.
//!
//! A load balancer and a NAT gateway need the internet gateway of their network. A template that does not
//! say so works on AWS if the gateway is usually attached before they begin. Here everything is made in
//! milliseconds, so they wait for it.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use crate::cloudformation::template::{Definition, in_order};
use crate::resources::usual_duration_of;

const NEED_A_GATEWAY: [&str; 2] = [
    "AWS::EC2::NatGateway",
    "AWS::ElasticLoadBalancingV2::LoadBalancer",
];
const ATTACHMENT: &str = "AWS::EC2::VPCGatewayAttachment";

/// Adds the attachments that are usually done in time to what the resources wait for.
pub(super) fn decided(
    resources: &BTreeMap<String, Definition>,
    mut waiting: BTreeMap<String, BTreeSet<String>>,
) -> BTreeMap<String, BTreeSet<String>> {
    let is = |name: &str, types: &[&str]| {
        let definition = resources.get(name);
        definition.is_some_and(|one| types.contains(&one.resource_type.as_str()))
    };
    let names = |types: &[&str]| -> Vec<String> {
        waiting
            .keys()
            .filter(|name| is(name, types))
            .cloned()
            .collect()
    };
    let (racers, attachments) = (names(&NEED_A_GATEWAY), names(&[ATTACHMENT]));
    if racers.is_empty() || attachments.is_empty() {
        return waiting;
    }
    let times = times(resources, &waiting);
    let time = |name: &String| times.get(name).copied().unwrap_or_default();
    for racer in racers {
        let begins = time(&racer).0;
        let in_time = attachments.iter().filter(|one| time(one).1 <= begins);
        let after = waiting.entry(racer).or_default();
        after.extend(in_time.cloned());
    }
    waiting
}

/// When each resource usually begins and ends, counted from the beginning of the operation.
fn times(
    resources: &BTreeMap<String, Definition>,
    waiting: &BTreeMap<String, BTreeSet<String>>,
) -> BTreeMap<String, (Duration, Duration)> {
    let mut times: BTreeMap<String, (Duration, Duration)> = BTreeMap::new();
    for name in in_order(waiting).0 {
        let after = waiting.get(&name).into_iter().flatten();
        let begins = after.filter_map(|one| Some(times.get(one)?.1)).max();
        let begins = begins.unwrap_or_default();
        let takes = resources
            .get(&name)
            .map(|definition| usual_duration_of(&definition.resource_type, &definition.properties));
        let ends = begins + takes.unwrap_or_default();
        times.insert(name, (begins, ends));
    }
    times
}
