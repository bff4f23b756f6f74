//! Numbers as `DynamoDB` has them: 38 digits, which do not fit into any float.

use std::cmp::Ordering;

const MAX_DIGITS: usize = 38;
/// The power of ten of the first digit lies within these.
const EXPONENTS: std::ops::RangeInclusive<i32> = -130..=125;

/// An exact number, without zeros at either end: 0.digits times ten to the exponent.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Decimal {
    negative: bool,
    exponent: i32,
    digits: Vec<u8>,
}

impl Decimal {
    /// `None` for a text that is no number, or one that `DynamoDB` does not take.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (negative, unsigned) = match text.as_bytes() {
            [b'-', ..] => (true, &text[1..]),
            [b'+', ..] => (false, &text[1..]),
            _ => (false, text),
        };
        let (mantissa, power) = match unsigned.split_once(['e', 'E']) {
            Some((mantissa, power)) => (mantissa, power.parse::<i16>().ok()?),
            None => (unsigned, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let all = [whole.as_bytes(), fraction.as_bytes()].concat();
        if all.is_empty() || all.len() > 1000 || !all.iter().all(u8::is_ascii_digit) {
            return None;
        }
        let zeros = all.iter().take_while(|&&digit| digit == b'0').count();
        let end = all.iter().rposition(|&digit| digit != b'0');
        let Some(end) = end else {
            return Some(Self::zero());
        };
        let digits = all[zeros..=end].to_vec();
        let point = i32::try_from(whole.len()).ok()? - i32::try_from(zeros).ok()?;
        let exponent = point + i32::from(power);
        let fits = digits.len() <= MAX_DIGITS && EXPONENTS.contains(&(exponent - 1));
        fits.then_some(Self {
            negative,
            exponent,
            digits,
        })
    }

    fn zero() -> Self {
        Self {
            negative: false,
            exponent: 0,
            digits: Vec::new(),
        }
    }

    fn size(&self, other: &Self) -> Ordering {
        match (self.digits.is_empty(), other.digits.is_empty()) {
            (true, true) => Ordering::Equal,
            (true, false) => Ordering::Less,
            (false, true) => Ordering::Greater,
            (false, false) => (self.exponent, &self.digits).cmp(&(other.exponent, &other.digits)),
        }
    }
}

impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self.negative, other.negative) {
            (false, false) => self.size(other),
            (true, true) => other.size(self),
            (true, false) => Ordering::Less,
            (false, true) => Ordering::Greater,
        }
    }
}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Whether the digits can stand in JSON as a number.
pub(crate) fn is_json(digits: &str) -> bool {
    let unsigned = digits.strip_prefix('-').unwrap_or(digits);
    let first = unsigned.bytes().next();
    let leading_zero =
        first == Some(b'0') && unsigned.as_bytes().get(1).is_some_and(u8::is_ascii_digit);
    first.is_some_and(|byte| byte.is_ascii_digit())
        && !leading_zero
        && !digits.ends_with(char::is_whitespace)
        && serde_json::from_str::<serde::de::IgnoredAny>(digits).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_dynamodb_takes_is_a_number() {
        for text in [
            "0",
            "-0",
            "007",
            "+1",
            ".5",
            "5.",
            "1e3",
            "1E-130",
            "9.9999999999999999999999999999999999999E+125",
            "-12345678901234567890123456789012345678",
            "0.000000000000000000000000000000000000000000001",
        ] {
            assert!(Decimal::parse(text).is_some(), "{text}");
        }
    }

    #[test]
    fn what_it_does_not_take_is_none() {
        for text in [
            "",
            "-",
            ".",
            "e5",
            "1e",
            "1 000",
            "1,5",
            "NaN",
            "Infinity",
            "0x10",
            "--1",
            "1E+126",
            "1E-131",
            "1e99999",
            "123456789012345678901234567890123456789",
            "\u{663}",
        ] {
            assert_eq!(Decimal::parse(text), None, "{text}");
        }
    }

    #[test]
    fn the_order_is_exact() {
        let ordered = [
            "-1E+125",
            "-2",
            "-1.5",
            "-1",
            "-1E-130",
            "0",
            "1E-130",
            "0.1",
            "0.11",
            "1",
            "1.0000000000000000000000000000000000001",
            "2",
            "10",
            "12345678901234567890123456789012345677",
            "12345678901234567890123456789012345678",
        ];
        for pair in ordered.windows(2) {
            assert!(
                Decimal::parse(pair[0]) < Decimal::parse(pair[1]),
                "{pair:?}"
            );
        }
        assert_eq!(Decimal::parse("1.50e1"), Decimal::parse("015"));
        assert_eq!(Decimal::parse("-0"), Decimal::parse("0.00"));
    }

    #[test]
    fn only_some_numbers_are_numbers_in_json() {
        for (text, expected) in [
            ("1", true),
            ("-0.5", true),
            ("1E+2", true),
            ("", false),
            ("01", false),
            (".5", false),
            ("+1", false),
            ("1 ", false),
            ("true", false),
            ("\"1\"", false),
        ] {
            assert_eq!(is_json(text), expected, "{text}");
        }
    }
}
