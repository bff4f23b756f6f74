//! Which target a request goes to.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use rand::RngExt as _;

use super::Targets;
use super::settings::{Algorithm, Settings, Stickiness};
use super::target::{Health, InFlight, Target};

/// A target for one request.
pub(in crate::services::elb) struct Picked {
    pub(in crate::services::elb) address: SocketAddr,
    pub(in crate::services::elb) in_flight: InFlight,
    /// What a cookie calls the target.
    pub(in crate::services::elb) mark: String,
}

impl Targets {
    /// The stickiness of the group, if it is on.
    pub(in crate::services::elb) fn stickiness(&self) -> Option<Stickiness> {
        self.settings().stickiness
    }

    /// The next healthy target, or the one with the mark `wanted`. If all targets are unhealthy, all
    /// of them get requests, as on AWS (user guide, "Target group health").
    pub(in crate::services::elb) fn pick(&self, wanted: Option<&str>) -> Option<Picked> {
        let registered = self.all();
        let with = |health: Health| -> Vec<&Arc<Target>> {
            let registered = registered.iter();
            registered
                .filter(|target| target.health() == health)
                .collect()
        };
        let mut usable = with(Health::Healthy);
        if usable.is_empty() {
            usable = with(Health::Unhealthy);
        }
        let sticky = wanted.and_then(|wanted| {
            let mut usable = usable.iter();
            usable.find(|target| mark(target) == wanted)
        });
        let target = match sticky {
            Some(target) => target,
            None => self.choose(&usable)?,
        };
        Some(Picked {
            address: target.address,
            in_flight: InFlight::through(target),
            mark: mark(target),
        })
    }

    fn choose<'a>(&self, usable: &[&'a Arc<Target>]) -> Option<&'a Arc<Target>> {
        let settings = self.settings();
        let ready: Vec<&Arc<Target>> = usable
            .iter()
            .copied()
            .filter(|target| self.is_warm(&settings, target))
            .collect();
        let usable = if ready.is_empty() { usable } else { &ready };
        let turn = self.next.fetch_add(1, Ordering::Relaxed);
        let first = turn.checked_rem(usable.len())?;
        let in_turn = usable[first..].iter().chain(&usable[..first]);
        match settings.algorithm {
            Algorithm::RoundRobin => in_turn.copied().next(),
            Algorithm::WeightedRandom => {
                let index = rand::rng().random_range(0..usable.len());
                Some(usable[index])
            }
            Algorithm::LeastOutstandingRequests => {
                in_turn.copied().min_by_key(|target| target.in_flight())
            }
        }
    }

    /// During its slow start, a target gets a growing share of its requests.
    fn is_warm(&self, settings: &Settings, target: &Target) -> bool {
        let slow = self.pace.shrink(settings.slow_start);
        let age = target.healthy_for();
        if slow == Duration::ZERO || age >= slow {
            return true;
        }
        rand::rng().random_range(0.0..1.0) < age.as_secs_f64() / slow.as_secs_f64()
    }
}

fn mark(target: &Target) -> String {
    crate::services::elb::mark(&target.address.to_string())
}
