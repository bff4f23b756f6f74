//! Rules for target groups.

use super::name;
use crate::resources::subject::{Subject, fail_if, one_of, text, within_bounds};

/// The protocols of target groups.
const PROTOCOLS: [&str; 9] = [
    "HTTP", "HTTPS", "TCP", "TLS", "UDP", "TCP_UDP", "GENEVE", "QUIC", "TCP_QUIC",
];

fn is_function(subject: &Subject<'_>) -> bool {
    subject.text("TargetType") == Some("lambda")
}

/// Whether an application load balancer can use the target group.
fn is_http(subject: &Subject<'_>) -> bool {
    subject
        .text("Protocol")
        .is_none_or(|protocol| protocol.starts_with("HTTP"))
}

pub(super) fn group_name(subject: &Subject<'_>) -> Result<(), String> {
    name::given(subject).map_or(Ok(()), |given| name::check("Target group", given))
}

pub(super) fn group_name_free(subject: &Subject<'_>) -> Result<(), String> {
    let Some(given) = subject.text("Name") else {
        return Ok(());
    };
    let mut others = subject.others();
    let taken = others.any(|(_, other)| other.attribute("TargetGroupName") == given);
    fail_if(subject.is_created() && taken, || {
        format!("A target group with the same name '{given}' exists, but with different settings")
    })
}

pub(super) fn group_kind(subject: &Subject<'_>) -> Result<(), String> {
    one_of(
        "targetType",
        subject.text("TargetType"),
        &["instance", "ip", "lambda", "alb"],
    )?;
    one_of("protocol", subject.text("Protocol"), &PROTOCOLS)?;
    let versions = ["HTTP1", "HTTP2", "GRPC"];
    one_of(
        "protocolVersion",
        subject.text("ProtocolVersion"),
        &versions,
    )
}

pub(super) fn group_members(subject: &Subject<'_>) -> Result<(), String> {
    if is_function(subject) {
        return fail_if(
            subject.has("Port") || subject.has("Protocol") || subject.has("VpcId"),
            || {
                "Port, protocol and VPC ID cannot be specified for target groups with target type 'lambda'".into()
            },
        );
    }
    for (property, sentence) in [
        ("Port", "must have a protocol and a port"),
        ("Protocol", "must have a protocol and a port"),
        ("VpcId", ""),
    ] {
        let kind = subject.text("TargetType").unwrap_or("instance");
        if subject.has(property) {
            continue;
        }
        return Err(if sentence.is_empty() {
            "A VPC ID must be specified".into()
        } else {
            format!("A target group of type '{kind}' {sentence}")
        });
    }
    within_bounds("port", subject.number("Port"), 1, 65535)
}

pub(super) fn group_vpc(subject: &Subject<'_>) -> Result<(), String> {
    let vpc = subject.text("VpcId");
    let unknown = vpc.filter(|vpc| subject.find("AWS::EC2::VPC", vpc).is_none());
    unknown.map_or(Ok(()), |vpc| {
        Err(format!("The VPC ID '{vpc}' is not found"))
    })
}

pub(super) fn health_check_bounds(subject: &Subject<'_>) -> Result<(), String> {
    for (name, property, least, most) in [
        (
            "healthCheckIntervalSeconds",
            "HealthCheckIntervalSeconds",
            5,
            300,
        ),
        (
            "healthCheckTimeoutSeconds",
            "HealthCheckTimeoutSeconds",
            2,
            120,
        ),
        ("healthyThresholdCount", "HealthyThresholdCount", 2, 10),
        ("unhealthyThresholdCount", "UnhealthyThresholdCount", 2, 10),
    ] {
        within_bounds(name, subject.number(property), least, most)?;
    }
    Ok(())
}

pub(super) fn health_check_times(subject: &Subject<'_>) -> Result<(), String> {
    let (interval, timeout) = if is_function(subject) {
        (35, 30)
    } else {
        (30, 5)
    };
    let interval = subject
        .number("HealthCheckIntervalSeconds")
        .unwrap_or(interval);
    let timeout = subject
        .number("HealthCheckTimeoutSeconds")
        .unwrap_or(timeout);
    fail_if(timeout >= interval, || {
        format!("Health check timeout '{timeout}' must be smaller than the interval '{interval}'")
    })
}

pub(super) fn health_check_path(subject: &Subject<'_>) -> Result<(), String> {
    let path = subject.text("HealthCheckPath");
    if path.is_some_and(|path| path.len() > 1024) {
        return Err("Health check path cannot be longer than '1024' characters".into());
    }
    let is_call = subject.text("ProtocolVersion") == Some("GRPC");
    let wrong = path.filter(|path| !path.starts_with('/') || (path.contains(' ') && !is_call));
    wrong.map_or(Ok(()), |path| {
        Err(format!("Health check path '{path}' must begin with a '/' character, and can only contain printable ASCII characters without spaces"))
    })
}

pub(super) fn health_check_port(subject: &Subject<'_>) -> Result<(), String> {
    let Some(port) = subject.text("HealthCheckPort") else {
        return Ok(());
    };
    let is_port = port.parse::<u16>().is_ok_and(|port| port > 0);
    fail_if(port != "traffic-port" && !is_port, || {
        format!("Health check port '{port}' must be within '1-65535' or 'traffic-port'")
    })
}

pub(super) fn health_check_protocol(subject: &Subject<'_>) -> Result<(), String> {
    let protocol = subject.text("HealthCheckProtocol");
    one_of("healthCheckProtocol", protocol, &PROTOCOLS)?;
    let wrong = protocol.filter(|protocol| is_http(subject) && !protocol.starts_with("HTTP"));
    wrong.map_or(Ok(()), |protocol| {
        Err(format!(
            "Health check protocol '{protocol}' must be one of 'HTTP, HTTPS'"
        ))
    })
}

pub(super) fn matcher(subject: &Subject<'_>) -> Result<(), String> {
    if subject.has("Matcher")
        && !subject.has("Matcher/HttpCode")
        && !subject.has("Matcher/GrpcCode")
    {
        return Err("Health check matcher HTTP code cannot be empty".into());
    }
    let Some(codes) = subject.text("Matcher/HttpCode") else {
        return Ok(());
    };
    let is_code = |code: &str| {
        code.len() == 3
            && code
                .parse::<u16>()
                .is_ok_and(|code| (200..=499).contains(&code))
    };
    let fits = |part: &str| match part.split_once('-') {
        Some((from, to)) => is_code(from) && is_code(to) && from <= to,
        None => is_code(part),
    };
    fail_if(is_http(subject) && !codes.split(',').all(fits), || {
        format!("Health check matcher HTTP code '{codes}' must be within '200-499' inclusive")
    })
}

pub(super) fn health_check_of_tcp(subject: &Subject<'_>) -> Result<(), String> {
    let own = subject
        .text("HealthCheckProtocol")
        .or(subject.text("Protocol"));
    let plain = own.filter(|protocol| !protocol.starts_with("HTTP") && !is_http(subject));
    let given = subject.has("Matcher") || subject.has("HealthCheckPath");
    match plain.filter(|_| given) {
        Some(protocol) => Err(format!(
            "Custom health check paths and matchers are not supported for health checks with protocol '{protocol}'"
        )),
        None => Ok(()),
    }
}

pub(super) fn group_quota(subject: &Subject<'_>) -> Result<(), String> {
    subject.within(
        "target-groups",
        "The maximum number of target groups has been reached",
    )
}

pub(super) fn group_targets(subject: &Subject<'_>) -> Result<(), String> {
    if subject.text("TargetType") != Some("ip") {
        return Ok(());
    }
    let mut ids = subject
        .list("Targets")
        .iter()
        .filter_map(|target| text(target, "Id"));
    let wrong = ids.find(|id| id.parse::<std::net::IpAddr>().is_err());
    if let Some(id) = wrong {
        return Err(format!("The IP address '{id}' is not a valid IPv4 address"));
    }
    let ids = subject.list("Targets").iter();
    let mut ids = ids.filter_map(|target| text(target, "Id")?.parse::<std::net::Ipv4Addr>().ok());
    // RFC 6598 is 100.64.0.0/10. RegisterTargets takes programs of this machine.
    let is_shared = |ip: std::net::Ipv4Addr| ip.octets()[0] == 100 && ip.octets()[1] & 0xC0 == 64;
    let public = ids.find(|ip| !ip.is_private() && !ip.is_loopback() && !is_shared(*ip));
    public.map_or(Ok(()), |ip| {
        Err(format!(
            "The IP address '{ip}' is not allowed, as it must be an address from a VPC subnet, RFC1918, or RFC6598"
        ))
    })
}
