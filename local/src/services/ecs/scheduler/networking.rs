//! Checks the networking of a deployment that shifts traffic, before anything is started.
//!
//! Source of the messages:
//! <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/troubleshooting-blue-green.html>.

use super::Runner;
use super::rights::{Denied, NETWORKING};
use crate::services::ecs::spec::{Balancer, Shift};
use crate::services::iam::Access;

pub(super) const INVALID: &str =
    "Service deployment rolled back because of invalid networking configuration.";

impl Runner {
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
}
