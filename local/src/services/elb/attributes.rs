//! The attributes of load balancers, listeners and target groups: their defaults, and the values that ELB takes.
//!
//! The keys and values are those of the user guide for Application Load Balancers ("Load balancer
//! attributes", "Listener attributes", "Target group attributes").

use serde::{Deserialize, Serialize};

use super::header_attributes::is_header;
use crate::aws::AwsError;

/// An attribute as templates and the API write it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Attribute {
    pub(super) key: String,
    pub(super) value: String,
}

/// The values that an attribute takes.
enum Takes {
    Boolean,
    OneOf(&'static [&'static str]),
    Number(u64, u64),
    /// A number, `off`, or a percentage: the thresholds of the health of a target group.
    Threshold,
    Text,
}

/// A kind of resource with attributes.
pub(super) struct Kind {
    noun: &'static str,
    known: &'static [(&'static str, &'static str, Takes)],
}

impl Kind {
    /// All attributes: those that are given, and the defaults of the others.
    pub(super) fn all(&self, given: &[Attribute]) -> Vec<Attribute> {
        let known = self.known.iter().map(|(key, default, _)| Attribute {
            key: (*key).to_owned(),
            value: value(given, key).unwrap_or(default).to_owned(),
        });
        let others = given
            .iter()
            .filter(|one| !self.known.iter().any(|(key, ..)| *key == one.key));
        known.chain(others.cloned()).collect()
    }

    /// The value of an attribute that this kind has.
    pub(super) fn value<'a>(&self, given: &'a [Attribute], key: &str) -> &'a str {
        let default = self.known.iter().find(|(known, ..)| *known == key);
        let default = default.map_or("", |(_, default, _)| *default);
        value(given, key).unwrap_or(default)
    }

    /// # Errors
    /// ELB's words for a key or a value that it does not take.
    pub(super) fn check(&self, given: &[Attribute]) -> Result<(), AwsError> {
        given.iter().try_for_each(|one| self.check_one(one))
    }

    fn check_one(&self, given: &Attribute) -> Result<(), AwsError> {
        let (key, text) = (&given.key, given.value.as_str());
        if self.noun == "Listener" && is_header(key) {
            return Ok(());
        }
        let known = self.known.iter().find(|(known, ..)| known == key);
        let Some((_, _, takes)) = known else {
            return Err(invalid(format!(
                "{} attribute key '{key}' is not recognized",
                self.noun
            )));
        };
        let number = text.parse::<u64>().ok();
        let fits = match takes {
            Takes::Boolean => ["true", "false"].contains(&text),
            Takes::OneOf(values) => values.contains(&text),
            Takes::Number(least, most) => {
                number.is_some_and(|number| (*least..=*most).contains(&number))
            }
            Takes::Threshold => text == "off" || number.is_some_and(|number| number >= 1),
            Takes::Text => true,
        };
        if fits {
            return Ok(());
        }
        let must = match takes {
            Takes::Boolean => "'true' or 'false'".to_owned(),
            Takes::OneOf(values) => format!("one of '{}'", values.join(", ")),
            Takes::Number(least, most) => format!("between '{least}' and '{most}' inclusive"),
            Takes::Threshold | Takes::Text => "a number or 'off'".to_owned(),
        };
        Err(invalid(format!(
            "{} attribute '{key}' must be {must}",
            self.noun
        )))
    }
}

fn invalid(message: String) -> AwsError {
    AwsError::new("InvalidConfigurationRequest", message)
}

fn value<'a>(given: &'a [Attribute], key: &str) -> Option<&'a str> {
    let found = given.iter().rev().find(|one| one.key == key)?;
    Some(found.value.as_str())
}

/// The attributes with `changes` applied.
pub(super) fn changed(given: &[Attribute], changes: &[Attribute]) -> Vec<Attribute> {
    let kept = given
        .iter()
        .filter(|one| value(changes, &one.key).is_none());
    kept.chain(changes).cloned().collect()
}

pub(super) const LOAD_BALANCER: Kind = Kind {
    noun: "Load balancer",
    known: &[
        ("access_logs.s3.enabled", "false", Takes::Boolean),
        ("access_logs.s3.bucket", "", Takes::Text),
        ("access_logs.s3.prefix", "", Takes::Text),
        (
            "client_keep_alive.seconds",
            "3600",
            Takes::Number(60, 604_800),
        ),
        ("connection_logs.s3.enabled", "false", Takes::Boolean),
        ("connection_logs.s3.bucket", "", Takes::Text),
        ("connection_logs.s3.prefix", "", Takes::Text),
        ("deletion_protection.enabled", "false", Takes::Boolean),
        ("health_check_logs.s3.enabled", "false", Takes::Boolean),
        ("health_check_logs.s3.bucket", "", Takes::Text),
        ("health_check_logs.s3.prefix", "", Takes::Text),
        ("idle_timeout.timeout_seconds", "60", Takes::Number(1, 4000)),
        ("ipv6.deny_all_igw_traffic", "false", Takes::Boolean),
        ("load_balancing.cross_zone.enabled", "true", Takes::Boolean),
        (
            "routing.http.desync_mitigation_mode",
            "defensive",
            Takes::OneOf(&["monitor", "defensive", "strictest"]),
        ),
        (
            "routing.http.drop_invalid_header_fields.enabled",
            "false",
            Takes::Boolean,
        ),
        (
            "routing.http.preserve_host_header.enabled",
            "false",
            Takes::Boolean,
        ),
        (
            "routing.http.x_amzn_tls_version_and_cipher_suite.enabled",
            "false",
            Takes::Boolean,
        ),
        (
            "routing.http.xff_client_port.enabled",
            "false",
            Takes::Boolean,
        ),
        (
            "routing.http.xff_header_processing.mode",
            "append",
            Takes::OneOf(&["append", "preserve", "remove"]),
        ),
        ("routing.http2.enabled", "true", Takes::Boolean),
        ("waf.fail_open.enabled", "false", Takes::Boolean),
        ("zonal_shift.config.enabled", "false", Takes::Boolean),
    ],
};

pub(super) const LISTENER: Kind = Kind {
    noun: "Listener",
    known: &[(
        "routing.http.response.server.enabled",
        "true",
        Takes::Boolean,
    )],
};

pub(super) const TARGET_GROUP: Kind = Kind {
    noun: "Target group",
    known: &[
        (
            "deregistration_delay.timeout_seconds",
            "300",
            Takes::Number(0, 3600),
        ),
        ("slow_start.duration_seconds", "0", Takes::Number(0, 900)),
        ("stickiness.enabled", "false", Takes::Boolean),
        (
            "stickiness.type",
            "lb_cookie",
            Takes::OneOf(&["lb_cookie", "app_cookie"]),
        ),
        ("stickiness.app_cookie.cookie_name", "", Takes::Text),
        (
            "stickiness.app_cookie.duration_seconds",
            "86400",
            Takes::Number(1, 604_800),
        ),
        (
            "stickiness.lb_cookie.duration_seconds",
            "86400",
            Takes::Number(1, 604_800),
        ),
        (
            "load_balancing.algorithm.type",
            "round_robin",
            Takes::OneOf(&[
                "round_robin",
                "least_outstanding_requests",
                "weighted_random",
            ]),
        ),
        (
            "load_balancing.algorithm.anomaly_mitigation",
            "off",
            Takes::OneOf(&["on", "off"]),
        ),
        (
            "load_balancing.cross_zone.enabled",
            "use_load_balancer_configuration",
            Takes::OneOf(&["true", "false", "use_load_balancer_configuration"]),
        ),
        (
            "target_group_health.dns_failover.minimum_healthy_targets.count",
            "1",
            Takes::Threshold,
        ),
        (
            "target_group_health.dns_failover.minimum_healthy_targets.percentage",
            "off",
            Takes::Threshold,
        ),
        (
            "target_group_health.unhealthy_state_routing.minimum_healthy_targets.count",
            "1",
            Takes::Threshold,
        ),
        (
            "target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage",
            "off",
            Takes::Threshold,
        ),
    ],
};

#[cfg(test)]
mod tests {
    use super::*;

    fn one(key: &str, value: &str) -> Vec<Attribute> {
        vec![Attribute {
            key: key.into(),
            value: value.into(),
        }]
    }

    #[test]
    fn a_wrong_key_or_value_is_named() {
        for (kind, key, value, expected) in [
            (
                &LOAD_BALANCER,
                "idle_timeout",
                "60",
                "Load balancer attribute key 'idle_timeout' is not recognized",
            ),
            (
                &LOAD_BALANCER,
                "idle_timeout.timeout_seconds",
                "0",
                "Load balancer attribute 'idle_timeout.timeout_seconds' must be between '1' and '4000' inclusive",
            ),
            (
                &LOAD_BALANCER,
                "routing.http2.enabled",
                "yes",
                "Load balancer attribute 'routing.http2.enabled' must be 'true' or 'false'",
            ),
            (
                &TARGET_GROUP,
                "stickiness.type",
                "cookie",
                "Target group attribute 'stickiness.type' must be one of 'lb_cookie, app_cookie'",
            ),
        ] {
            assert_eq!(kind.check(&one(key, value)).unwrap_err().message, expected);
        }
        assert_eq!(
            LOAD_BALANCER.check(&one("idle_timeout.timeout_seconds", "4000")),
            Ok(())
        );
    }

    #[test]
    fn the_last_value_counts_and_a_missing_one_has_its_default() {
        let given = changed(
            &one("stickiness.enabled", "false"),
            &one("stickiness.enabled", "true"),
        );
        assert_eq!(TARGET_GROUP.value(&given, "stickiness.enabled"), "true");
        assert_eq!(
            TARGET_GROUP.value(&given, "slow_start.duration_seconds"),
            "0"
        );
        assert_eq!(TARGET_GROUP.all(&given).len(), TARGET_GROUP.all(&[]).len());
    }
}
