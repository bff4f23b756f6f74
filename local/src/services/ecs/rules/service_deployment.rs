//! Rules for deployments that shift traffic between two target groups.

use std::collections::BTreeSet;

use serde_json::Value;

use super::service_load_balancer::{load_balancers, target_groups};
use crate::resources::subject::{Subject, at, fail_if, list, text, texts};
use crate::services::elb::{self, Forwarding};

/// The most hooks of one type.
const MOST_HOOKS: usize = 10;

const PAUSES: [&str; 6] = [
    "RECONCILE_SERVICE",
    "PRE_SCALE_UP",
    "POST_SCALE_UP",
    "POST_TEST_TRAFFIC_SHIFT",
    "PRE_PRODUCTION_TRAFFIC_SHIFT",
    "POST_PRODUCTION_TRAFFIC_SHIFT",
];

fn strategy<'a>(subject: &Subject<'a>) -> &'a str {
    let strategy = subject.text("DeploymentConfiguration/Strategy");
    strategy.unwrap_or("ROLLING")
}

/// The load balancers with the settings for shifting traffic.
fn advanced<'a>(subject: &Subject<'a>) -> impl Iterator<Item = (&'a Value, &'a Value)> {
    load_balancers(subject).filter_map(|one| Some((one, at(one, "AdvancedConfiguration")?)))
}

pub(super) fn controller(subject: &Subject<'_>) -> Result<(), String> {
    let other = subject
        .text("DeploymentController/Type")
        .is_some_and(|controller| controller != "ECS");
    let shifts = strategy(subject) != "ROLLING";
    fail_if(other && shifts, || {
        format!(
            "The deployment strategy {} is only supported with the ECS deployment controller.",
            strategy(subject)
        )
    })
}

pub(super) fn classic(subject: &Subject<'_>) -> Result<(), String> {
    let classic = |one: &Value| text(one, "LoadBalancerName").is_some();
    if advanced(subject).any(|(one, _)| classic(one)) {
        return Err("advancedConfiguration field is not allowed with ELBv1 loadBalancers".into());
    }
    let all: BTreeSet<bool> = load_balancers(subject).map(classic).collect();
    fail_if(all.len() > 1, || {
        "All loadBalancers must be strictly either ELBv1 (defining loadBalancerName) or ELBv2 (defining targetGroupArn)".into()
    })
}

pub(super) fn all_or_none(subject: &Subject<'_>) -> Result<(), String> {
    let (all, with) = (load_balancers(subject).count(), advanced(subject).count());
    if strategy(subject) != "ROLLING" && with < all {
        return Err("advancedConfiguration field is required for all loadBalancers when using a non-ROLLING deployment strategy".into());
    }
    fail_if(with > 0 && with < all, || {
        "Either all or none of the provided loadBalancers must have advancedConfiguration defined"
            .into()
    })
}

pub(super) fn different_groups(subject: &Subject<'_>) -> Result<(), String> {
    if advanced(subject).next().is_none() {
        return Ok(());
    }
    let mut seen = BTreeSet::new();
    let mut all = target_groups(subject);
    let repeated = all.find(|arn| !seen.insert(*arn));
    repeated.map_or(Ok(()), |arn| {
        Err(format!("Duplicate targetGroupArn found: {arn}"))
    })
}

pub(super) fn rule_arns(subject: &Subject<'_>) -> Result<(), String> {
    for (_, one) in advanced(subject) {
        for (property, name) in [
            ("ProductionListenerRule", "productionListenerRule"),
            ("TestListenerRule", "testListenerRule"),
        ] {
            let given = text(one, property);
            let wrong = given.filter(|arn| {
                let is_of = |kind: &str| arn.contains(&format!(":{kind}/"));
                !arn.starts_with("arn:") || !(is_of("listener-rule") || is_of("listener/net"))
            });
            if let Some(arn) = wrong {
                return Err(format!(
                    "{name} has an invalid ARN format. Must be RuleArn for ALB or ListenerArn for NLB. Got: {arn}"
                ));
            }
        }
    }
    Ok(())
}

pub(super) fn different_rules(subject: &Subject<'_>) -> Result<(), String> {
    let of = |name: &str| -> Vec<&str> {
        let rules = advanced(subject).filter_map(|(_, one)| text(one, name));
        rules.collect()
    };
    let test = of("TestListenerRule");
    let both = of("ProductionListenerRule");
    let both: Vec<&str> = both.into_iter().filter(|arn| test.contains(arn)).collect();
    fail_if(!both.is_empty(), || {
        format!(
            "The following rules cannot be used as both production and test listener rules: {}",
            both.join(", ")
        )
    })
}

pub(super) fn production_rule(subject: &Subject<'_>) -> Result<(), String> {
    if strategy(subject) == "ROLLING" {
        return Ok(());
    }
    for (property, name) in [
        ("ProductionListenerRule", "productionListenerRule"),
        ("RoleArn", "roleArn"),
    ] {
        if advanced(subject).any(|(_, one)| text(one, property).is_none()) {
            return Err(format!(
                "{name} is required in advancedConfiguration when using a non-ROLLING deployment strategy"
            ));
        }
    }
    Ok(())
}

pub(super) fn test_rule(subject: &Subject<'_>) -> Result<(), String> {
    let forwarding = |one: &Value| -> Option<Forwarding> {
        elb::forwarding(subject.state, text(one, "ProductionListenerRule")?)
    };
    for (balancer, one) in advanced(subject) {
        let Some(forwarding) = forwarding(one) else {
            continue;
        };
        let groups = [
            text(balancer, "TargetGroupArn"),
            text(one, "AlternateTargetGroupArn"),
        ];
        let has = |arn: &&str| forwarding.groups.iter().any(|(known, _)| known == arn);
        let has_both = groups.iter().flatten().all(has);
        if !has_both && text(one, "TestListenerRule").is_none() {
            return Err("For Application LoadBalancer, testListenerRule is required when productionListenerRule is not associated with both targetGroup and alternateTargetGroup".into());
        }
    }
    Ok(())
}

pub(super) fn shift_settings(subject: &Subject<'_>) -> Result<(), String> {
    for (property, name, strategy_of) in [
        ("CanaryConfiguration", "canaryConfiguration", "CANARY"),
        ("LinearConfiguration", "linearConfiguration", "LINEAR"),
    ] {
        let given = subject.has(&format!("DeploymentConfiguration/{property}"));
        if given && strategy(subject) != strategy_of {
            return Err(format!(
                "{name} is only valid when the deployment strategy is {strategy_of}."
            ));
        }
    }
    Ok(())
}

pub(super) fn hooks(subject: &Subject<'_>) -> Result<(), String> {
    let hooks = list(subject.properties, "DeploymentConfiguration/LifecycleHooks");
    let is_pause = |hook: &&Value| text(hook, "TargetType") == Some("PAUSE");
    for (kind, of_kind) in [
        ("pause", hooks.iter().filter(is_pause).count()),
        (
            "Lambda",
            hooks.len() - hooks.iter().filter(is_pause).count(),
        ),
    ] {
        if of_kind > MOST_HOOKS {
            return Err(format!(
                "A service can have at most {MOST_HOOKS} {kind} hooks."
            ));
        }
    }
    for hook in hooks {
        if is_pause(&hook) {
            let mut stages = texts(hook, "LifecycleStages").into_iter();
            if stages.any(|stage| !PAUSES.contains(&stage)) {
                return Err("Invalid lifecycle stage provided for Pause Hook".into());
            }
            if text(hook, "HookTargetArn").is_some() || text(hook, "RoleArn").is_some() {
                return Err("hookTargetArn and roleArn are not supported for PAUSE hooks.".into());
            }
        } else if text(hook, "HookTargetArn").is_none() || text(hook, "RoleArn").is_none() {
            return Err("hookTargetArn and roleArn are required for AWS_LAMBDA hooks.".into());
        }
    }
    Ok(())
}
