//! The regular expressions of parameters.

use fancy_regex::Regex;

/// Whether the pattern matches the whole value. AWS's patterns are those of Java, with look-around and
/// references.
///
/// # Errors
/// What is wrong with the pattern.
pub(crate) fn matches_whole(pattern: &str, value: &str) -> Result<bool, String> {
    let matcher = Regex::new(&format!("^(?:{pattern})$")).map_err(|err| err.to_string())?;
    // A pattern that takes too long to match does not match.
    Ok(matcher.is_match(value).unwrap_or(false))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_those_of_java() {
        let bucket =
            "^(?=^.{3,63}$)(?!.*[.-]{2})(?!.*[_])(?!^(([0-9]{1,3}\\.){3}[0-9]{1,3}$))[a-z0-9-.]+$";
        assert_eq!(matches_whole(bucket, "access-logs"), Ok(true));
        assert_eq!(matches_whole(bucket, "access--logs"), Ok(false));
        assert_eq!(matches_whole("[a-z]+", "abc1"), Ok(false));
        assert_eq!(matches_whole(r"\p{Lu}++", "ABC"), Ok(true));
        assert!(matches_whole("(", "").is_err());
        let endless = "a".repeat(40);
        assert_eq!(matches_whole("(?=a)(a+)+b", &endless), Ok(false));
    }
}
