//! What ECS may do with the role in the `AdvancedConfiguration` of a load balancer.
//!
//! Source of the messages:
//! <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/troubleshooting-blue-green.html>.

use super::Runner;
use super::networking::INVALID;
use crate::services::ecs::spec::Shift;
use crate::services::iam::{Access, Principal, assume_for_service, authorize};

/// The sessions in which ECS changes rules, and in which it registers targets.
pub(super) const NETWORKING: &str = "ECSNetworkingWithELB";
const SCHEDULER: &str = "ecs-service-scheduler";

/// Why ECS may not do something.
pub(super) enum Denied {
    /// It cannot assume the role.
    Role(String),
    /// The role does not allow it.
    Action(String),
}

impl Runner {
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
    pub(super) fn may(&self, shift: &Shift, session: &str, access: Access) -> Result<(), Denied> {
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
