//! What ELB refuses in a target group, in its own words.

use std::net::{IpAddr, SocketAddr};

use super::attributes::TARGET_GROUP;
use super::target_group::TargetGroupProperties;
use crate::account::State;
use crate::aws::AwsError;

/// # Errors
/// The code and message of ELB.
pub(super) fn check_target_group(
    state: &State,
    properties: &TargetGroupProperties,
) -> Result<(), AwsError> {
    let given = &properties.described;
    let kind = given.target_type.as_deref().unwrap_or("instance");
    if ["lambda", "alb"].contains(&kind) {
        return not_yet(&format!("target groups of type {kind}"));
    }
    // API_CreateTargetGroup: "If the target is a Lambda function, this parameter does not apply.
    // Otherwise, this parameter is required."
    let (Some(protocol), Some(_)) = (given.protocol.as_deref(), given.port) else {
        return Err(AwsError::validation(
            "A target group protocol and port must be specified",
        ));
    };
    if protocol != "HTTP" {
        return not_yet(&format!("target groups of protocol {protocol}"));
    }
    if let Some(version) = given
        .protocol_version
        .as_deref()
        .filter(|version| *version != "HTTP1")
    {
        return not_yet(&format!("target groups of protocol version {version}"));
    }
    if let Some(protocol) = given
        .health_check_protocol
        .as_deref()
        .filter(|one| *one != "HTTP")
    {
        return not_yet(&format!("health checks of protocol {protocol}"));
    }
    if given.ip_address_type.as_deref() == Some("ipv6") {
        return not_yet("target groups of IPv6 addresses");
    }
    let Some(vpc) = &given.vpc_id else {
        return Err(AwsError::validation("A VPC ID must be specified"));
    };
    if !state.inventory.has("AWS::EC2::VPC", vpc) {
        return Err(AwsError::validation(format!(
            "The VPC ID '{vpc}' is not found"
        )));
    }
    check_health(properties)?;
    TARGET_GROUP.check(&properties.target_group_attributes)?;
    check_stickiness(properties)
}

/// The targets of a template. Only a call may register a program of this machine.
///
/// # Errors
/// The code and message of ELB.
pub(super) fn check_targets(properties: &TargetGroupProperties) -> Result<(), AwsError> {
    let Some(target) = properties.registered().first().map(SocketAddr::ip) else {
        return Ok(());
    };
    match target {
        IpAddr::V4(ip) if ip.is_private() => not_yet(&format!("targets in templates ({ip})")),
        // https://github.com/kubernetes-sigs/aws-load-balancer-controller/issues/3714
        ip => Err(AwsError::validation(format!(
            "The Availability Zone is required for IP address '{ip}' because it is not in the VPC"
        ))),
    }
}

fn not_yet(what: &str) -> Result<(), AwsError> {
    Err(AwsError::new(
        "InvalidConfigurationRequest",
        format!("the local AWS does not do {what} yet"),
    ))
}

fn check_health(properties: &TargetGroupProperties) -> Result<(), AwsError> {
    let given = &properties.described;
    if given.health_check_enabled == Some(false) {
        // API_CreateTargetGroup: "If the target type is instance, ip, or alb, health checks are always
        // enabled and cannot be disabled."
        return Err(AwsError::new(
            "InvalidConfigurationRequest",
            "Health check enabled must be true for target groups with target type 'ip'",
        ));
    }
    let interval = given.health_check_interval_seconds.unwrap_or(30);
    let timeout = given.health_check_timeout_seconds.unwrap_or(5);
    if timeout >= interval {
        return Err(AwsError::validation(format!(
            "Health check timeout '{timeout}' must be smaller than the interval '{interval}'"
        )));
    }
    if let Some(port) = given.health_check_port.as_deref()
        && port != "traffic-port"
        && !port.parse::<u16>().is_ok_and(|port| port > 0)
    {
        return Err(AwsError::validation(format!(
            "Health check port '{port}' must be within '1-65535' or 'traffic-port'"
        )));
    }
    let matcher = given
        .matcher
        .as_ref()
        .and_then(|matcher| matcher.http_code.as_deref());
    if let Some(matcher) = matcher
        && !matcher.split(',').all(is_range)
    {
        return Err(AwsError::validation(format!(
            "Health check matcher HTTP code '{matcher}' must be within '200-499' inclusive"
        )));
    }
    Ok(())
}

/// `200` or `200-299`, from 200 to 499 (`API_Matcher`).
fn is_range(part: &str) -> bool {
    let (first, last) = part.split_once('-').unwrap_or((part, part));
    let code = |text: &str| {
        text.parse()
            .ok()
            .filter(|code| (200_u16..=499).contains(code))
    };
    code(first)
        .zip(code(last))
        .is_some_and(|(first, last)| first <= last)
}

fn check_stickiness(properties: &TargetGroupProperties) -> Result<(), AwsError> {
    let value = |key| TARGET_GROUP.value(&properties.target_group_attributes, key);
    let is_on = value("stickiness.enabled") == "true" && value("stickiness.type") == "app_cookie";
    let name = value("stickiness.app_cookie.cookie_name");
    if !is_on {
        return Ok(());
    }
    // User guide, "Application-based stickiness".
    if name.is_empty() || ["AWSALB", "AWSALBAPP", "AWSALBTG"].contains(&name) {
        return Err(AwsError::new(
            "InvalidConfigurationRequest",
            "You must specify a cookie name that is not AWSALB, AWSALBAPP, or AWSALBTG for application-based stickiness",
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::is_range;

    #[test]
    fn a_matcher_is_within_its_bounds() {
        for (part, expected) in [
            ("200", true),
            ("200-299", true),
            ("500", false),
            ("299-200", false),
            ("ok", false),
        ] {
            assert_eq!(is_range(part), expected, "{part}");
        }
    }
}
