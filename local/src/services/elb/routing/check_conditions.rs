//! What ELB refuses in the conditions of a rule, in its own words.

use super::condition::Condition;
use crate::aws::{AwsError, Block};

/// The fields, in the order of ELB's own message.
const FIELDS: [&str; 6] = [
    "path-pattern",
    "host-header",
    "http-header",
    "http-request-method",
    "query-string",
    "source-ip",
];

/// The quota "Condition Values per Rule per Application Load Balancer".
const MOST_VALUES: usize = 5;

/// The longest value (`API_RuleCondition`: "The maximum size of each string is 128 characters").
const LONGEST_VALUE: usize = 128;

/// The longest name of a header, and of a method.
const LONGEST_NAME: usize = 40;

/// # Errors
/// The code and message of ELB.
pub(in crate::services::elb) fn check_conditions(conditions: &[Condition]) -> Result<(), AwsError> {
    if conditions.is_empty() {
        return Err(AwsError::validation("A condition must be specified"));
    }
    conditions.iter().try_for_each(check_condition)?;
    check_once(conditions)?;
    let count: usize = conditions
        .iter()
        .map(|condition| values(condition).len())
        .sum();
    if count > MOST_VALUES {
        // https://github.com/aws/aws-cdk/issues/10065
        return Err(AwsError::validation(format!(
            "A rule can only have '{MOST_VALUES}' condition values"
        )));
    }
    Ok(())
}

/// User guide, "Rule conditions": "Each rule can include up to one of each of the following
/// conditions: host-header, http-request-method, path-pattern, and source-ip."
fn check_once(conditions: &[Condition]) -> Result<(), AwsError> {
    for field in [
        "host-header",
        "http-request-method",
        "path-pattern",
        "source-ip",
    ] {
        let count = conditions.iter().filter(|one| one.field == field).count();
        if count > 1 {
            return Err(AwsError::validation(format!(
                "A rule can only have one '{field}' condition"
            )));
        }
    }
    Ok(())
}

fn check_condition(condition: &Condition) -> Result<(), AwsError> {
    let field = condition.field.as_str();
    if !FIELDS.contains(&field) {
        return Err(AwsError::validation(format!(
            "Condition field '{field}' must be one of '[{}]'",
            FIELDS.join(", ")
        )));
    }
    if uses_regex(condition) {
        return Err(AwsError::validation(
            "the local AWS does not do RegexValues of a rule condition yet",
        ));
    }
    let values = values(condition);
    if values.is_empty() {
        return Err(AwsError::validation("A condition value must be specified"));
    }
    let longest = if field == "http-request-method" {
        LONGEST_NAME
    } else {
        LONGEST_VALUE
    };
    if values.iter().any(|value| value.chars().count() > longest) {
        return Err(too_long(field, longest));
    }
    check_header(condition)?;
    check_values(field, &values)
}

/// The words of this and of the next messages: <https://github.com/badmintoncryer/cdk-preflight>
fn too_long(field: &str, longest: usize) -> AwsError {
    AwsError::validation(format!(
        "Condition value for '{field}' cannot contain more than {longest} characters"
    ))
}

fn invalid_character(value: &str) -> AwsError {
    AwsError::validation(format!(
        "Condition value '{value}' contains a character that is not valid"
    ))
}

/// The name of the header in a condition on a header.
fn check_header(condition: &Condition) -> Result<(), AwsError> {
    if condition.field != "http-header" {
        return Ok(());
    }
    let config = condition.http_header_config.as_ref();
    let name = config.map_or("", |config| config.http_header_name.as_str());
    if name.is_empty() {
        return Err(AwsError::validation(
            "An HTTP header name must be specified",
        ));
    }
    if name.eq_ignore_ascii_case("host") {
        return Err(AwsError::validation(
            "You cannot specify 'host' as an HTTP header name",
        ));
    }
    if name.chars().count() > LONGEST_NAME {
        return Err(too_long("http-header", LONGEST_NAME));
    }
    Ok(())
}

/// Whether a value can match the name of a host: a dot, and letters behind the last one.
fn is_host(value: &str) -> bool {
    let known = |c: char| c.is_ascii_alphanumeric() || "-.*?".contains(c);
    let last = value.rsplit_once('.').map_or("", |(_, last)| last);
    value.chars().all(known) && last.starts_with(|c: char| c.is_ascii_alphabetic() || c == '*')
}

/// Whether a value can match a path (`API_RuleCondition`: A-Z, a-z, 0-9, and these).
fn is_path(value: &str) -> bool {
    let known = |c: char| c.is_ascii_alphanumeric() || "_-.$/~\"'@:+&*?".contains(c);
    value.chars().all(known)
}

fn check_values(field: &str, values: &[String]) -> Result<(), AwsError> {
    let is_method = |value: &String| {
        let mut letters = value.chars();
        letters.all(|letter| letter.is_ascii_uppercase() || ['-', '_'].contains(&letter))
    };
    match field {
        // API_HttpRequestMethodConditionConfig: "The allowed characters are A-Z, hyphen (-), and
        // underscore (_)."
        "http-request-method" => refuse(values, is_method),
        "host-header" => refuse(values, |value| is_host(value)),
        "path-pattern" => refuse(values, |value| is_path(value)),
        "source-ip" => match values.iter().find(|value| !is_block(value)) {
            Some(wrong) => Err(AwsError::validation(format!(
                "The specified value '{wrong}' is not a valid CIDR block"
            ))),
            None => Ok(()),
        },
        _ => Ok(()),
    }
}

fn refuse(values: &[String], is_known: impl Fn(&String) -> bool) -> Result<(), AwsError> {
    let wrong = values.iter().find(|value| !is_known(value));
    wrong.map_or(Ok(()), |value| Err(invalid_character(value)))
}

/// IPv6 blocks are taken as they are: nobody reaches this load balancer with one.
fn is_block(value: &str) -> bool {
    Block::parse(value).is_ok()
        || value.split_once('/').is_some_and(|(address, prefix)| {
            address.parse::<std::net::Ipv6Addr>().is_ok()
                && prefix.parse::<u8>().is_ok_and(|prefix| prefix <= 128)
        })
}

fn uses_regex(condition: &Condition) -> bool {
    let configs = [
        &condition.host_header_config,
        &condition.path_pattern_config,
    ];
    let header = condition.http_header_config.as_ref();
    condition.regex_values.is_some()
        || header.is_some_and(|config| config.regex_values.is_some())
        || configs
            .into_iter()
            .flatten()
            .any(|config| config.regex_values.is_some())
}

/// All values, each as text.
fn values(condition: &Condition) -> Vec<String> {
    match condition.field.as_str() {
        "http-header" => {
            let config = condition.http_header_config.as_ref();
            config.map_or_else(Vec::new, |config| config.values.clone())
        }
        "query-string" => {
            let config = condition.query_string_config.as_ref();
            let pairs = config.into_iter().flat_map(|config| &config.values);
            pairs
                .map(|pair| pair.value.clone().unwrap_or_default())
                .collect()
        }
        _ => condition.values().to_vec(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn wrong_conditions_are_refused_in_the_words_of_elb() {
        for (conditions, expected) in [
            (json!([]), "A condition must be specified"),
            (
                json!([{"Field": "colour", "Values": ["red"]}]),
                "Condition field 'colour' must be one of '[path-pattern, host-header, http-header, http-request-method, query-string, source-ip]'",
            ),
            (
                json!([{"Field": "path-pattern", "Values": []}]),
                "A condition value must be specified",
            ),
            (
                json!([{"Field": "path-pattern", "Values": ["/1", "/2", "/3", "/4", "/5", "/6"]}]),
                "A rule can only have '5' condition values",
            ),
            (
                json!([{"Field": "path-pattern", "Values": ["/1"]}, {"Field": "path-pattern", "Values": ["/2"]}]),
                "A rule can only have one 'path-pattern' condition",
            ),
            (
                json!([{"Field": "source-ip", "SourceIpConfig": {"Values": ["10.0.0.0"]}}]),
                "The specified value '10.0.0.0' is not a valid CIDR block",
            ),
        ] {
            let read: Vec<Condition> = serde_json::from_value(conditions.clone()).unwrap();
            let err = check_conditions(&read).unwrap_err();
            assert_eq!(err.message, expected, "{conditions}");
        }
        let good = json!([
            {"Field": "path-pattern", "Values": ["/1"]},
            {"Field": "query-string", "QueryStringConfig": {"Values": [{"Key": "a", "Value": "b"}]}},
            {"Field": "http-header", "HttpHeaderConfig": {"HttpHeaderName": "A", "Values": ["b"]}},
            {"Field": "source-ip", "SourceIpConfig": {"Values": ["10.0.0.0/8", "2001:db8::/32"]}},
        ]);
        let read: Vec<Condition> = serde_json::from_value(good).unwrap();
        assert_eq!(check_conditions(&read), Ok(()));
    }
}
