//! Patterns in which `*` stands for any text.

/// Whether the whole text fits the pattern.
pub(crate) fn fits(pattern: &str, text: &str) -> bool {
    let Some((start, rest)) = pattern.split_once('*') else {
        return pattern == text;
    };
    let Some(mut left) = text.strip_prefix(start) else {
        return false;
    };
    let mut parts: Vec<&str> = rest.split('*').collect();
    let end = parts.pop().unwrap_or("");
    for part in parts {
        let Some(found) = left.find(part) else {
            return false;
        };
        left = &left[found + part.len()..];
    }
    left.ends_with(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_is_any_text() {
        for (pattern, text, expected) in [
            ("*", "", true),
            ("a*", "abc", true),
            ("a*c", "abc", true),
            ("a*c", "abd", false),
            ("a*a", "a", false),
            ("*b*", "abc", true),
            ("*b", "abab", true),
            ("**", "a", true),
            ("a", "ab", false),
            ("é*é", "éé", true),
        ] {
            assert_eq!(fits(pattern, text), expected, "{pattern} {text}");
        }
    }

    #[test]
    fn many_stars_take_no_longer_than_one() {
        let (pattern, text) = ("*a".repeat(200) + "b", "a".repeat(10_000));
        assert!(!fits(&pattern, &text));
    }
}
