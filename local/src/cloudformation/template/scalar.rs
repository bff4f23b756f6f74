//! The types of plain scalars in YAML 1.1, as CloudFormation reads them:
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-formats.html>.
//!
//! `yes` and `on` are booleans (<https://github.com/ASFHyP3/hyp3/pull/2061>), a number with a leading
//! zero is octal (<https://github.com/DataDog/cloudformation-template/pull/109>), and `1:30` is 90.
//! A date stays a string.

use serde_json::{Number, Value};

/// The value of a scalar without quotes.
pub(super) fn resolve(text: &str) -> Value {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => true.into(),
        "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => false.into(),
        _ => integer(text)
            .map(Value::from)
            .or_else(|| float(text))
            .unwrap_or_else(|| text.into()),
    }
}

fn integer(text: &str) -> Option<i64> {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => (-1, digits),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    if digits.contains(':') {
        return Some(sign * base_60(digits)?);
    }
    let (radix, digits) = match digits.as_bytes() {
        [b'0', b'b', ..] => (2, &digits[2..]),
        [b'0', b'x', ..] => (16, &digits[2..]),
        [b'0', _, ..] => (8, &digits[1..]),
        [b'0'..=b'9', ..] => (10, digits),
        _ => return None,
    };
    let plain = digits.replace('_', "");
    let is_number = !plain.is_empty() && plain.chars().all(|digit| digit.is_digit(radix));
    let number = is_number.then(|| i64::from_str_radix(&plain, radix).ok());
    Some(sign * number??)
}

/// `1:30:00`: every part but the first is below 60, and the first does not begin with zero.
fn base_60(digits: &str) -> Option<i64> {
    if !digits.starts_with(|first: char| ('1'..='9').contains(&first)) {
        return None;
    }
    let mut total = 0_i64;
    for (place, part) in digits.split(':').enumerate() {
        let is_number = !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        let part: i64 = is_number.then(|| part.parse().ok())??;
        if place > 0 && part >= 60 {
            return None;
        }
        total = total.checked_mul(60)?.checked_add(part)?;
    }
    Some(total)
}

/// A number with a point or an exponent.
fn float(text: &str) -> Option<Value> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let is_float = digits.starts_with(|first: char| first.is_ascii_digit() || first == '.')
        && digits.contains(['.', 'e', 'E'])
        && digits.contains(|c: char| c.is_ascii_digit())
        && digits
            .bytes()
            .all(|byte| byte.is_ascii_digit() || b".eE+-_".contains(&byte));
    let number: f64 = is_float.then(|| text.replace('_', "").parse().ok())??;
    Number::from_f64(number).map(Value::Number)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn plain_scalars_are_those_of_yaml_1_1() {
        for (text, expected) in [
            ("yes", json!(true)),
            ("NO", json!(false)),
            ("on", json!(true)),
            ("Off", json!(false)),
            ("true", json!(true)),
            ("y", json!("y")),
            ("~", Value::Null),
            ("", Value::Null),
            ("12", json!(12)),
            ("-12", json!(-12)),
            ("+1_000", json!(1000)),
            ("0", json!(0)),
            ("0755", json!(493)),
            ("065115117704", json!(7_133_765_572_i64)),
            ("033677994240", json!("033677994240")),
            ("0x1F", json!(31)),
            ("0b101", json!(5)),
            ("1:30", json!(90)),
            ("22:22:22", json!(80_542)),
            ("05:30", json!("05:30")),
            ("1:99", json!("1:99")),
            ("80:", json!("80:")),
            ("1.5", json!(1.5)),
            (".5", json!(0.5)),
            ("1e3", json!(1000.0)),
            ("1.10", json!(1.1)),
            ("10.0.0.0", json!("10.0.0.0")),
            ("10.0.0.0/16", json!("10.0.0.0/16")),
            ("2012-10-17", json!("2012-10-17")),
            ("123456789012", json!(123_456_789_012_i64)),
            ("99999999999999999999", json!("99999999999999999999")),
            ("-", json!("-")),
            (".", json!(".")),
            ("e", json!("e")),
            ("0x", json!("0x")),
            ("é", json!("é")),
            ("0é", json!("0é")),
        ] {
            assert_eq!(resolve(text), expected, "{text}");
        }
    }
}
