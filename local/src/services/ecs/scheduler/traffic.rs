//! The listener rules of a deployment that shifts traffic. ECS changes them with the rights of the
//! role in the load balancer's `AdvancedConfiguration`.
//!
//! Source of the messages:
//! <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/troubleshooting-blue-green.html>.

use super::Runner;
use super::deployment::Deployment;
use crate::services::ecs::spec::{Balancer, Shift};
use crate::services::elb::{self, Forwarding};
use crate::services::iam::{Access, Principal, assume_for_service, authorize};

const INVALID: &str = "Service deployment rolled back because of invalid networking configuration.";

/// The sessions in which ECS changes rules, and in which it registers targets.
const NETWORKING: &str = "ECSNetworkingWithELB";
const SCHEDULER: &str = "ecs-service-scheduler";

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

    /// Checks the role, the rules and the target groups before anything is started.
    ///
    /// # Errors
    /// The reason of the service deployment's status.
    pub(super) fn check_networking(&self) -> Result<(), String> {
        for (balancer, _) in self.deployment.balancers() {
            if let Some(shift) = &balancer.shift {
                self.check_balancer(balancer, shift)?;
            }
        }
        Ok(())
    }

    fn check_balancer(&self, balancer: &Balancer, shift: &Shift) -> Result<(), String> {
        let describe = Access::new("elasticloadbalancing:DescribeRules", "*");
        self.may(shift, NETWORKING, describe)
            .map_err(|denied| match denied {
                Denied::Role(reason) => reason,
                Denied::Action(sentence) => format!("{INVALID} {sentence}"),
            })?;
        let rules = [shift.production.as_deref(), shift.test.as_deref()];
        let forwards = rules
            .into_iter()
            .flatten()
            .map(|rule| self.forwarding(rule));
        let forwards = forwards.collect::<Result<Vec<_>, _>>()?;
        // <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/alb-resources-for-blue-green.html>
        if forwards.iter().any(|one| !one.only_forwards) {
            return Err(format!(
                "{INVALID} Listener rules with actions other than forward are not supported."
            ));
        }
        for group in [&balancer.group, &shift.alternate] {
            let mut forwards = forwards.iter().flat_map(|one| &one.groups);
            if shift.production.is_some() && !forwards.any(|(arn, _)| arn == group) {
                return Err(format!(
                    "{} Target group {group} is not associated with either productionListenerRule or testListenerRule.",
                    INVALID.replace('.', ":")
                ));
            }
        }
        shift
            .production
            .as_deref()
            .map_or(Ok(()), |rule| self.check_serving(balancer, shift, rule))
    }

    /// Exactly one target group serves, and it is one of the service.
    fn check_serving(&self, balancer: &Balancer, shift: &Shift, rule: &str) -> Result<(), String> {
        let groups = self.forwarding(rule)?.groups;
        let serving: Vec<&String> = groups
            .iter()
            .filter(|(_, weight)| *weight > 0)
            .map(|(arn, _)| arn)
            .collect();
        let [only] = serving[..] else {
            let count = serving.len();
            return Err(format!(
                "{INVALID} productionListenerRule {rule} should have exactly one target group serving traffic but found {count} target groups which are serving traffic"
            ));
        };
        let (group, alternate) = (&balancer.group, &shift.alternate);
        if only != group && only != alternate {
            return Err(format!(
                "{INVALID} Production listener rule is forwarding traffic to unexpected target group {only}. Expected traffic to be forwarded to either targetGroupArn: {group} or alternateTargetGroupArn: {alternate}"
            ));
        }
        Ok(())
    }

    fn forwarding(&self, rule: &str) -> Result<Forwarding, String> {
        self.account
            .read(|state| elb::forwarding(state, rule))
            .ok_or_else(|| format!("{INVALID} One or more rules not found"))
    }

    /// Whether the role lets ECS register a task with a target group and read its health.
    ///
    /// # Errors
    /// The event of the service.
    pub(super) fn may_register(&self, shift: &Shift, group: &str) -> Result<(), String> {
        let name = group.rsplit('/').nth(1).unwrap_or(group);
        let register = Access::new("elasticloadbalancing:RegisterTargets", group);
        let describe = Access::new("elasticloadbalancing:DescribeTargetHealth", "*");
        for (access, what) in [
            (
                register,
                format!("failed to register targets in target-group {name}"),
            ),
            (
                describe,
                format!("failed to describe target health on target-group {name}"),
            ),
        ] {
            self.may(shift, SCHEDULER, access)
                .map_err(|denied| match denied {
                    Denied::Role(reason) | Denied::Action(reason) => {
                        format!("{what} with (error {reason})")
                    }
                })?;
        }
        Ok(())
    }

    /// Whether ECS may do something with the role of a load balancer.
    fn may(&self, shift: &Shift, session: &str, access: Access) -> Result<(), Denied> {
        let Some(role) = &shift.role else {
            return Ok(());
        };
        let principal = self.assume(role, session).map_err(Denied::Role)?;
        authorize(&self.account, &principal, &[access]).map_err(Denied::Action)
    }

    fn assume(&self, role: &str, session: &str) -> Result<Principal, String> {
        assume_for_service(
            &self.account,
            role,
            "ecs.amazonaws.com",
            &self.arn,
            session,
        )
        .map_err(|_| {
            format!(
                "{INVALID} ECS was unable to manage the ELB resources due to missing permissions on ECS Infrastructure Role '{role}'."
            )
        })
    }
}

/// Why ECS may not do something.
enum Denied {
    /// It cannot assume the role.
    Role(String),
    /// The role does not allow it.
    Action(String),
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
