/// Whether these digits are a number in JSON, which `01`, `.5` and `+1` are not.
#[must_use]
pub fn is_json_number(text: &str) -> bool {
    let bytes = text.as_bytes();
    let (whole, rest) = digits(bytes.strip_prefix(b"-").unwrap_or(bytes));
    let is_whole = matches!(whole, [b'0'] | [b'1'..=b'9', ..]);
    is_whole && is_empty_or_power(after_fraction(rest))
}

/// The digits at the beginning, and what follows them.
fn digits(bytes: &[u8]) -> (&[u8], &[u8]) {
    let end = bytes.iter().position(|byte| !byte.is_ascii_digit());
    bytes.split_at(end.unwrap_or(bytes.len()))
}

/// What follows the fraction, if there is one. A point without digits is left, and so refused.
fn after_fraction(rest: &[u8]) -> &[u8] {
    match rest.strip_prefix(b".").map(digits) {
        Some(([_, ..], after)) => after,
        _ => rest,
    }
}

fn is_empty_or_power(rest: &[u8]) -> bool {
    let power = match rest {
        [] => return true,
        [b'e' | b'E', b'+' | b'-', power @ ..] | [b'e' | b'E', power @ ..] => power,
        _ => return false,
    };
    matches!(digits(power), ([_, ..], []))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::is_json_number;

    #[test]
    fn some_numbers_of_dynamodb_are_no_numbers_of_json() {
        for number in ["0", "-0", "1", "-0.5", "10", "1E+2", "1e5", "1.50e-130"] {
            assert!(is_json_number(number), "{number}");
        }
        for other in [
            "", "-", "01", "-01", ".5", "5.", "5.e1", "+1", "1 ", " 1", "1e", "1e+", "1e5.0",
            "1.2.3", "0x1", "true", "\"1\"", "\u{663}",
        ] {
            assert!(!is_json_number(other), "{other}");
        }
    }

    proptest! {
        #[test]
        fn a_json_parser_agrees(text in "-?[0-9]{0,3}[.eE+-]?[0-9]{0,2}[.eE+-]{0,2}[0-9]{0,2}") {
            let parsed = serde_json::from_str::<serde::de::IgnoredAny>(&text);
            prop_assert_eq!(is_json_number(&text), parsed.is_ok(), "{}", text);
        }
    }
}
