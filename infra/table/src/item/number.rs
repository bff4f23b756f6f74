//! Numbers of `DynamoDB`: at most 38 digits, between 1E-130 and 9.9E+125.

use super::Reason;

const MAX_DIGITS: usize = 38;
/// The powers of ten that the first digit may have.
const POWERS: std::ops::RangeInclusive<i64> = -130..=125;

/// The canonical form of a number, however it was written; `None` if `DynamoDB` would refuse it.
pub(crate) fn canonical(text: &str) -> Option<String> {
    let (sign, unsigned) = match text.as_bytes().first()? {
        b'-' => ("-", &text[1..]),
        b'+' => ("", &text[1..]),
        _ => ("", text),
    };
    let (mantissa, power) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, power)) => (mantissa, power.parse::<i32>().ok()?),
        None => (unsigned, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let all = format!("{whole}{fraction}");
    if all.is_empty() || !all.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let significant = all.trim_start_matches('0');
    let zeros = all.len() - significant.len();
    let digits = significant.trim_end_matches('0');
    if digits.is_empty() {
        return Some("0".to_owned());
    }
    let before_point = i64::try_from(whole.len()).ok()? - i64::try_from(zeros).ok()?;
    let first = before_point - 1 + i64::from(power);
    (digits.len() <= MAX_DIGITS && POWERS.contains(&first))
        .then(|| format!("{sign}{digits}e{first}"))
}

/// The canonical form of a number, or why `DynamoDB` would refuse it.
pub(super) fn exact(text: &str) -> Result<String, Reason> {
    canonical(text).ok_or_else(|| {
        let shown: String = text.chars().take(60).collect();
        format!(
            "{shown:?} is not a DynamoDB number: at most 38 digits, between 1E-130 and 9.9E+125"
        )
    })
}

/// How many bytes a number adds to the size of an item.
pub(crate) fn size(text: &str) -> usize {
    let mantissa = text.split(['e', 'E']).next().unwrap_or(text);
    let digits = mantissa.trim_start_matches(['-', '+', '0', '.']);
    let digits = digits.bytes().filter(u8::is_ascii_digit).count();
    digits.div_ceil(2) + 1 + usize::from(text.starts_with('-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_of_a_number_has_one_canonical_form() {
        for (text, expected) in [
            ("0", "0"),
            ("-0.00", "0"),
            ("007", "7e0"),
            ("+1", "1e0"),
            ("1.50e1", "15e1"),
            ("15", "15e1"),
            (".5", "5e-1"),
            ("5.", "5e0"),
            ("-100", "-1e2"),
            ("1E-130", "1e-130"),
            (
                "9.9999999999999999999999999999999999999E+125",
                "99999999999999999999999999999999999999e125",
            ),
            ("0.00012", "12e-4"),
        ] {
            assert_eq!(canonical(text).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn a_number_that_dynamodb_refuses_has_none() {
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
            "1e99999999999",
            "123456789012345678901234567890123456789",
            "\u{663}",
        ] {
            assert_eq!(canonical(text), None, "{text}");
        }
    }
}
