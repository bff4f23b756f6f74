//! Reads the health of the targets from the load balancer.

use aws_sdk_ecs as ecs;
use aws_sdk_elasticloadbalancingv2 as elb;

/// The health of the targets that the load balancer has for the service.
pub(super) async fn target_health(
    client: &elb::Client,
    service: &ecs::types::Service,
) -> Option<Vec<elb::types::TargetHealthDescription>> {
    let mut load_balancers = service.load_balancers().iter();
    let group = load_balancers.find_map(|one| one.target_group_arn())?;
    let call = client.describe_target_health().target_group_arn(group);
    call.send().await.ok()?.target_health_descriptions
}

pub(super) fn is_healthy(target: &elb::types::TargetHealthDescription) -> bool {
    state_of(target) == Some(&elb::types::TargetHealthStateEnum::Healthy)
}

/// The address of an unhealthy target, and why it is unhealthy.
pub(super) fn why_unhealthy(
    target: &elb::types::TargetHealthDescription,
) -> Option<(String, String)> {
    if state_of(target) != Some(&elb::types::TargetHealthStateEnum::Unhealthy) {
        return None;
    }
    let address = target.target()?;
    let id = address.id()?;
    let address = match address.port() {
        Some(port) => format!("{id}:{port}"),
        None => id.to_owned(),
    };
    let reason = target
        .target_health()?
        .description()
        .unwrap_or("no reason given");
    Some((address, reason.to_owned()))
}

fn state_of(
    target: &elb::types::TargetHealthDescription,
) -> Option<&elb::types::TargetHealthStateEnum> {
    target.target_health()?.state()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_unhealthy_target_has_a_reason() {
        let target = |state, description: &str| {
            let health = elb::types::TargetHealth::builder()
                .state(state)
                .description(description);
            let address = elb::types::TargetDescription::builder()
                .id("10.0.1.9")
                .port(8080);
            elb::types::TargetHealthDescription::builder()
                .target(address.build())
                .target_health(health.build())
                .build()
        };
        let state = elb::types::TargetHealthStateEnum::Unhealthy;
        let codes = "Health checks failed with these codes: [500]";
        assert_eq!(
            why_unhealthy(&target(state, codes)),
            Some(("10.0.1.9:8080".into(), codes.into()))
        );
        let state = elb::types::TargetHealthStateEnum::Initial;
        assert_eq!(
            why_unhealthy(&target(state, "Target registration is in progress")),
            None
        );
    }
}
