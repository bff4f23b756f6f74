use items::Number;

use super::Reason;

/// Reads a number, or says why `DynamoDB` would refuse it.
pub(super) fn number(text: &str) -> Result<Number, Reason> {
    Number::parse(text).ok_or_else(|| {
        let shown: String = text.chars().take(60).collect();
        format!(
            "{shown:?} is not a DynamoDB number: at most 38 digits, between 1E-130 and 9.9E+125"
        )
    })
}
