//! Rules for listeners of application load balancers.

use serde_json::Value;

use crate::account::Item;
use crate::resources::subject::{Subject, at, fail_if, list, number, one_of, text, within_bounds};

const BALANCER: &str = "AWS::ElasticLoadBalancingV2::LoadBalancer";
const GROUP: &str = "AWS::ElasticLoadBalancingV2::TargetGroup";

/// The actions that end a request.
const LAST: [&str; 3] = ["forward", "redirect", "fixed-response"];

fn balancer<'a>(subject: &Subject<'a>) -> Option<&'a Item> {
    subject.find(BALANCER, subject.text("LoadBalancerArn")?)
}

/// The target groups that the actions in `properties` forward to.
fn groups(properties: &Value) -> Vec<&str> {
    let mut found = Vec::new();
    for action in list(properties, "DefaultActions") {
        found.extend(text(action, "TargetGroupArn"));
        let weighted = list(action, "ForwardConfig/TargetGroups").iter();
        found.extend(weighted.filter_map(|group| text(group, "TargetGroupArn")));
    }
    found
}

pub(super) fn listener_balancer(subject: &Subject<'_>) -> Result<(), String> {
    let arn = subject.text("LoadBalancerArn").unwrap_or("");
    if !arn.contains(":loadbalancer/") {
        return Err(format!("'{arn}' is not a valid load balancer ARN"));
    }
    fail_if(balancer(subject).is_none(), || {
        format!("Load balancer '{arn}' not found")
    })
}

pub(super) fn listener_port(subject: &Subject<'_>) -> Result<(), String> {
    if !subject.has("Port") {
        return Err("A listener port must be specified".into());
    }
    within_bounds("port", subject.number("Port"), 1, 65535)
}

pub(super) fn listener_protocol(subject: &Subject<'_>) -> Result<(), String> {
    let protocol = subject.text("Protocol");
    let known = [
        "HTTP", "HTTPS", "TCP", "TLS", "UDP", "TCP_UDP", "GENEVE", "QUIC", "TCP_QUIC",
    ];
    let Some(given) = protocol else {
        return Err("A listener protocol must be specified".into());
    };
    one_of("protocol", protocol, &known)?;
    fail_if(!["HTTP", "HTTPS"].contains(&given), || {
        format!(
            "Listener protocol '{given}' is not supported with a load balancer of type 'application'"
        )
    })
}

pub(super) fn certificate(subject: &Subject<'_>) -> Result<(), String> {
    let has = !subject.list("Certificates").is_empty();
    match subject.text("Protocol") {
        Some("HTTPS") if !has => Err("A certificate must be specified for HTTPS listeners".into()),
        Some("HTTP") if has => Err("A certificate cannot be specified for HTTP listeners".into()),
        Some("HTTP") if subject.text("MutualAuthentication/Mode").is_some() => {
            Err("Mutual authentication can only be specified for HTTPS listeners".into())
        }
        Some("HTTP" | "HTTPS") if !subject.list("AlpnPolicy").is_empty() => {
            Err("ALPN policies can only be specified for TLS listeners".into())
        }
        Some("HTTP") if subject.has("SslPolicy") => {
            Err("An SSL policy cannot be specified for HTTP listeners".into())
        }
        _ => Ok(()),
    }
}

/// The other listeners of the load balancer.
fn siblings<'a>(subject: &Subject<'a>) -> impl Iterator<Item = &'a Item> {
    let arn = subject.text("LoadBalancerArn");
    let others = subject.others().map(|(_, other)| other);
    others.filter(move |other| text(&other.properties, "LoadBalancerArn") == arn)
}

pub(super) fn listener_port_free(subject: &Subject<'_>) -> Result<(), String> {
    let port = subject.number("Port");
    let taken = siblings(subject).any(|other| number(&other.properties, "Port") == port);
    fail_if(taken, || {
        let arn = subject.text("LoadBalancerArn").unwrap_or("");
        format!("A listener already exists on this port for this load balancer '{arn}'")
    })
}

pub(super) fn actions(subject: &Subject<'_>) -> Result<(), String> {
    let actions = subject.list("DefaultActions");
    let kinds = [
        "forward",
        "authenticate-oidc",
        "authenticate-cognito",
        "redirect",
        "fixed-response",
        "jwt-validation",
    ];
    for action in actions {
        one_of("defaultActions.1.member.type", text(action, "Type"), &kinds)?;
        check_action(action)?;
        let authenticates = text(action, "Type") == Some("authenticate-oidc");
        fail_if(
            authenticates && subject.text("Protocol") == Some("HTTP"),
            || "Actions of type 'authenticate-oidc' are supported only on HTTPS listeners".into(),
        )?;
    }
    let last: Vec<_> = actions
        .iter()
        .filter_map(|action| text(action, "Type"))
        .filter(|kind| LAST.contains(kind))
        .collect();
    match last.len() {
        1 => Ok(()),
        0 => Err(
            "At least one action of type forward, redirect or fixed-response must be specified"
                .into(),
        ),
        _ => Err(format!(
            "Action types '{}' cannot be specified together",
            last.join(",")
        )),
    }
}

fn check_action(action: &Value) -> Result<(), String> {
    let has = |name| at(action, name).is_some();
    match text(action, "Type") {
        Some("forward")
            if !has("TargetGroupArn") && list(action, "ForwardConfig/TargetGroups").is_empty() =>
        {
            Err("A target group ARN must be specified".into())
        }
        Some("forward") => check_forward(action),
        Some("authenticate-oidc") => fail_if(!has("AuthenticateOidcConfig"), || {
            "For actions of type 'authenticate-oidc', you must specify the following fields: 'AuthenticateOidcConfig'".into()
        }),
        Some("redirect") => {
            let code = text(action, "RedirectConfig/StatusCode");
            if !has("RedirectConfig") {
                return Err("For actions of type 'redirect', you must specify the following fields: 'RedirectConfig'".into());
            }
            one_of(
                "defaultActions.1.member.redirectConfig.statusCode",
                code,
                &["HTTP_301", "HTTP_302"],
            )
        }
        Some("fixed-response") => {
            if !has("FixedResponseConfig") {
                return Err("For actions of type 'fixed-response', you must specify the following fields: 'FixedResponseConfig'".into());
            }
            let kind = text(action, "FixedResponseConfig/ContentType");
            if kind.is_some_and(|kind| !CONTENT_TYPES.contains(&kind)) {
                return Err("The ContentType must be one of:'text/html', 'application/json', 'application/javascript', 'text/css', 'text/plain'.".into());
            }
            let code = text(action, "FixedResponseConfig/StatusCode").unwrap_or("");
            let fits =
                code.len() == 3 && ["2", "4", "5"].iter().any(|first| code.starts_with(first));
            fail_if(!fits, || {
                format!(
                    "1 validation error detected: Value '{code}' at 'defaultActions.1.member.fixedResponseConfig.statusCode' failed to satisfy constraint: Member must satisfy regular expression pattern: ^(2|4|5)\\d\\d$"
                )
            })
        }
        _ => Ok(()),
    }
}

/// The types of a fixed answer.
const CONTENT_TYPES: [&str; 5] = [
    "text/html",
    "application/json",
    "application/javascript",
    "text/css",
    "text/plain",
];

fn check_forward(action: &Value) -> Result<(), String> {
    let groups = list(action, "ForwardConfig/TargetGroups");
    let unweighted = groups.iter().any(|group| at(group, "Weight").is_none());
    fail_if(groups.len() > 1 && unweighted, || {
        "The weight for each target group must be between 0 and 999, inclusive".into()
    })?;
    let stickiness = at(action, "ForwardConfig/TargetGroupStickinessConfig");
    let seconds = stickiness.and_then(|one| number(one, "DurationSeconds"));
    let is_on = stickiness.is_some_and(|one| one.get("Enabled") == Some(&true.into()));
    fail_if(is_on && seconds.is_none(), || {
        "You must provide a duration when enabling target group stickiness".into()
    })?;
    fail_if(
        seconds.is_some_and(|seconds| !(1..=604_800).contains(&seconds)),
        || "Target group stickiness duration must be between 1 and 604800 seconds".into(),
    )
}

pub(super) fn listener_groups(subject: &Subject<'_>) -> Result<(), String> {
    for arn in groups(subject.properties) {
        if !arn.contains(":targetgroup/") {
            return Err(format!("'{arn}' is not a valid target group ARN"));
        }
        if subject.find(GROUP, arn).is_none() {
            return Err(format!("Target groups '{arn}' not found"));
        }
    }
    Ok(())
}

pub(super) fn weights(subject: &Subject<'_>) -> Result<(), String> {
    let actions = subject.list("DefaultActions").iter();
    let mut groups = actions.flat_map(|action| list(action, "ForwardConfig/TargetGroups"));
    let wrong = groups
        .any(|group| number(group, "Weight").is_some_and(|weight| !(0..=999).contains(&weight)));
    fail_if(wrong, || {
        "The weight for each target group must be between 0 and 999, inclusive".into()
    })
}

/// The VPC of the load balancer.
fn vpc<'a>(subject: &Subject<'a>, balancer: &'a Item) -> Option<&'a str> {
    let first = list(&balancer.properties, "Subnets").first()?.as_str()?;
    text(
        &subject.find("AWS::EC2::Subnet", first)?.properties,
        "VpcId",
    )
}

pub(super) fn listener_group_vpc(subject: &Subject<'_>) -> Result<(), String> {
    let own = balancer(subject).and_then(|balancer| vpc(subject, balancer));
    for arn in groups(subject.properties) {
        let other = subject
            .find(GROUP, arn)
            .and_then(|group| text(&group.properties, "VpcId"));
        if own.is_some() && other.is_some() && own != other {
            let balancer = subject.text("LoadBalancerArn").unwrap_or("");
            return Err(format!(
                "The following target groups are in a different VPC than load balancer '{balancer}': {arn}"
            ));
        }
    }
    Ok(())
}

pub(super) fn listener_group_free(subject: &Subject<'_>) -> Result<(), String> {
    let own = subject.text("LoadBalancerArn");
    for arn in groups(subject.properties) {
        let mut others = subject.others();
        let taken = others.any(|(_, other)| {
            text(&other.properties, "LoadBalancerArn") != own
                && groups(&other.properties).contains(&arn)
        });
        if taken {
            return Err(format!(
                "The following target groups cannot be associated with more than one load balancer: {arn}"
            ));
        }
    }
    Ok(())
}

pub(super) fn listener_group_protocol(subject: &Subject<'_>) -> Result<(), String> {
    for arn in groups(subject.properties) {
        let protocol = subject
            .find(GROUP, arn)
            .and_then(|group| text(&group.properties, "Protocol"));
        if protocol.is_some_and(|protocol| !protocol.starts_with("HTTP")) {
            return Err(format!(
                "The listener and the following target groups have incompatible protocols: {arn}"
            ));
        }
    }
    Ok(())
}

pub(super) fn listener_quota(subject: &Subject<'_>) -> Result<(), String> {
    let full =
        siblings(subject).count() as u64 >= subject.quotas.get("listeners-per-load-balancer");
    fail_if(subject.is_created() && full, || {
        "The maximum number of listeners has been reached".into()
    })
}
