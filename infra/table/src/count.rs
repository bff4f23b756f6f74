//! Numbers with their nouns.

use indicatif::HumanCount;

/// A number with its noun: `1 item`, `2,000 items`.
pub(crate) fn count(number: u64, noun: &str) -> String {
    let plural = format!("{noun}s");
    count_of(number, noun, &plural)
}

/// A number of retries.
pub(crate) fn retries(number: u64) -> String {
    count_of(number, "retry", "retries")
}

fn count_of(number: u64, one: &str, many: &str) -> String {
    let noun = if number == 1 { one } else { many };
    format!("{} {noun}", HumanCount(number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_has_a_singular() {
        assert_eq!(count(0, "item"), "0 items");
        assert_eq!(count(1, "item"), "1 item");
        assert_eq!(count(2000, "item"), "2,000 items");
        assert_eq!(retries(1), "1 retry");
        assert_eq!(retries(2), "2 retries");
    }
}
