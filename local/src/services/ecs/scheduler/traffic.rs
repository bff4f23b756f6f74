//! The listener rules of a deployment that shifts traffic. ECS changes them with the rights of the
//! role in the load balancer's `AdvancedConfiguration`.
//!
//! Source of the messages:
//! <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/troubleshooting-blue-green.html>.

use super::Runner;
use super::deployment::Deployment;
use super::networking::INVALID;
use super::rights::{Denied, NETWORKING};
use crate::services::ecs::spec::Shift;
use crate::services::elb::{self, Forwarding};
use crate::services::iam::Access;

/// The largest weight of a target group.
const LARGEST_WEIGHT: u64 = 999;

/// The rules of the production or of the test traffic.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rules {
    Production,
    Test,
}

impl Rules {
    fn of(self, shift: &Shift) -> Option<&str> {
        match self {
            Self::Production => shift.production.as_deref(),
            Self::Test => shift.test.as_deref(),
        }
    }

    fn stage(self) -> &'static str {
        match self {
            Self::Production => "PRODUCTION_TRAFFIC_SHIFT",
            Self::Test => "TEST_TRAFFIC_SHIFT",
        }
    }
}

impl Runner {
    /// Sends `percent` of the traffic to the tasks of a deployment, and the rest to the other target
    /// group.
    ///
    /// # Errors
    /// The reason of the service deployment's status.
    pub(super) fn shift(
        &self,
        rules: Rules,
        deployment: &Deployment,
        percent: f64,
    ) -> Result<(), String> {
        for (balancer, group) in deployment.balancers() {
            let shift = balancer.shift.as_ref();
            let Some((shift, rule)) = shift.and_then(|shift| Some((shift, rules.of(shift)?)))
            else {
                continue;
            };
            let forwarding = self.forwarding(rule)?;
            let (action, resource) = if forwarding.is_default {
                ("elasticloadbalancing:ModifyListener", &forwarding.listener)
            } else {
                ("elasticloadbalancing:ModifyRule", &rule.to_owned())
            };
            let stage = rules.stage();
            self.may(shift, NETWORKING, Access::new(action, resource))
                .map_err(|denied| match denied {
                    Denied::Role(reason) => reason,
                    Denied::Action(sentence) => format!(
                        "Service deployment rolled back because {stage} lifecycle hook(s) failed. {sentence}"
                    ),
                })?;
            let (own, others) = weights(percent);
            let weights = [(group, own), (balancer.other(group), others)];
            elb::set_weights(&self.account, rule, &weights)
                .map_err(|reason| format!("{INVALID} {reason}"))?;
        }
        Ok(())
    }

    pub(super) fn send_all_traffic_to(&self, deployment: &Deployment) -> Result<(), String> {
        self.shift(Rules::Production, deployment, 100.0)?;
        self.shift(Rules::Test, deployment, 100.0)
    }

    pub(super) fn send_all_traffic_to_primary(&self) -> Result<(), String> {
        self.send_all_traffic_to(&self.deployment)
    }

    pub(super) fn forwarding(&self, rule: &str) -> Result<Forwarding, String> {
        self.account
            .read(|state| elb::forwarding(state, rule))
            .ok_or_else(|| format!("{INVALID} One or more rules not found"))
    }
}

/// The weights of the two target groups. Weights are whole numbers: a share with a fraction is given
/// in thousandths.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the rounded share is between 0 and 1000"
)]
fn weights(percent: f64) -> (u64, u64) {
    let percent = percent.clamp(0.0, 100.0);
    if percent.fract().abs() < 1e-9 {
        let own = percent.round() as u64;
        return (own, 100 - own);
    }
    let own = (percent * 10.0).round() as u64;
    (
        own.min(LARGEST_WEIGHT),
        (1000 - own.min(1000)).min(LARGEST_WEIGHT),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_become_weights() {
        for (percent, expected) in [
            (100.0, (100, 0)),
            (0.0, (0, 100)),
            (5.0, (5, 95)),
            (12.5, (125, 875)),
            (0.1, (1, 999)),
            (99.9, (999, 1)),
        ] {
            assert_eq!(weights(percent), expected, "{percent}");
        }
    }
}
