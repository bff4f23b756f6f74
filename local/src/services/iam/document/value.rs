//! The values that the operators of a condition compare with.
//!
//! What IAM takes, and its words, were measured by <https://github.com/badmintoncryer/cdk-preflight>.

use std::net::IpAddr;

use super::conditions::Comparison;
use super::parse::SYNTAX;

/// What IAM says about a value that is not one of its operator.
const LEGACY: &str = "The policy failed legacy parsing";

/// # Errors
/// IAM's message for a value that the operator cannot compare with.
pub(super) fn check(comparison: Comparison, value: &str) -> Result<(), String> {
    use Comparison as C;
    let (fits, message) = match comparison {
        C::Arn => (is_arn(value), LEGACY),
        C::IpAddress => (is_block(value), LEGACY),
        C::NumericEquals
        | C::NumericLessThan
        | C::NumericLessThanEquals
        | C::NumericGreaterThan
        | C::NumericGreaterThanEquals => (is_number(value), LEGACY),
        C::DateEquals
        | C::DateLessThan
        | C::DateLessThanEquals
        | C::DateGreaterThan
        | C::DateGreaterThanEquals => (is_date(value), LEGACY),
        C::BinaryEquals => (is_base64(value), SYNTAX),
        _ => (true, ""),
    };
    if fits { Ok(()) } else { Err(message.into()) }
}

/// `*`, or six parts, which may be patterns; a `*` at the end stands for several of them.
fn is_arn(value: &str) -> bool {
    let parts = value.splitn(6, ':').count();
    value == "*" || (value.starts_with("arn:") && (parts == 6 || value.ends_with('*')))
}

fn is_block(value: &str) -> bool {
    let (address, prefix) = match value.split_once('/') {
        Some((address, prefix)) => (address, prefix.parse::<u8>().ok()),
        None => (value, Some(0)),
    };
    match (address.parse::<IpAddr>(), prefix) {
        (Ok(IpAddr::V4(_)), Some(prefix)) => prefix <= 32,
        (Ok(IpAddr::V6(_)), Some(prefix)) => prefix <= 128,
        _ => false,
    }
}

fn is_number(value: &str) -> bool {
    let plain = |c: char| c.is_ascii_digit() || "+-.eE".contains(c);
    value.chars().all(plain) && value.parse::<f64>().is_ok()
}

/// A year, with as much of ISO 8601 behind it as one likes, or the seconds since 1970.
fn is_date(value: &str) -> bool {
    if !value.is_empty() && value.chars().all(|c| c.is_ascii_digit()) {
        return true;
    }
    let (date, time) = value.split_once('T').unwrap_or((value, "00:00Z"));
    let parts: Vec<&str> = date.split('-').collect();
    let within = |part: &&str, most: u8| {
        part.len() == 2 && part.parse().is_ok_and(|one: u8| (1..=most).contains(&one))
    };
    let is_year = |part: &&str| part.len() == 4 && part.parse::<u16>().is_ok();
    let is_day = match parts.as_slice() {
        [year] => is_year(year),
        [year, month] => is_year(year) && within(month, 12),
        [year, month, day] => is_year(year) && within(month, 12) && within(day, 31),
        _ => false,
    };
    is_day
        && !time.is_empty()
        && time
            .chars()
            .all(|c| c.is_ascii_digit() || ":.+-Z".contains(c))
}

fn is_base64(value: &str) -> bool {
    let digits = value.trim_end_matches('=');
    let known = |c: char| c.is_ascii_alphanumeric() || c == '+' || c == '/';
    value.len().is_multiple_of(4) && value.len() - digits.len() <= 2 && digits.chars().all(known)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_values_of_the_operator_are_taken() {
        use Comparison as C;
        for (comparison, good, wrong) in [
            (
                C::Arn,
                &["*", "arn:*:s3:::b", "arn:aws:*:*:*:*", "arn:aws:ecs:*"][..],
                &["nope", "arn:aws:s3:b", "${aws:PrincipalArn}"][..],
            ),
            (
                C::IpAddress,
                &[
                    "203.0.113.0/24",
                    "203.0.113.5",
                    "0.0.0.0/0",
                    "2001:db8::/32",
                    "::/0",
                ],
                &[
                    "203.0.113.999/24",
                    "example.com",
                    "1.2.3",
                    "10.0.0.0/33",
                    "10.0.0.0/8 ",
                ],
            ),
            (
                C::NumericLessThan,
                &["10", "10.5", "-1", "1e3"],
                &["abc", " 10", "0x10", ""],
            ),
            (
                C::DateGreaterThan,
                &[
                    "2026",
                    "2026-01",
                    "2026-01-01",
                    "2026-01-01T00:00Z",
                    "2026-01-01T00:00:00.000Z",
                    "2026-01-01T00:00:00+09:00",
                    "1767225600",
                ],
                &[
                    "tomorrow",
                    "2026/01/01",
                    "2026-13-45",
                    "Tue, 01 Jan 2026 00:00:00 GMT",
                ],
            ),
            (
                C::BinaryEquals,
                &["YWJj", "YWJjZA=="],
                &["!!!", "abc", "YWJj=="],
            ),
            (C::StringEquals, &["anything", ""], &[]),
        ] {
            for value in good {
                assert_eq!(check(comparison, value), Ok(()), "{comparison:?} {value}");
            }
            for value in wrong {
                assert!(check(comparison, value).is_err(), "{comparison:?} {value}");
            }
        }
    }
}
