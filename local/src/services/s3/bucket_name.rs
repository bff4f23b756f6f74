//! The rules for the name of a bucket.

/// Checks the name of a bucket.
///
/// # Errors
/// The sentence of AWS's own check (`BucketNameUtils` of the AWS SDK for Java, which CloudFormation
/// uses).
pub(super) fn check(name: &str) -> Result<(), String> {
    if !(3..=63).contains(&name.len()) {
        return Err("Bucket name should be between 3 and 63 characters long".into());
    }
    if name.parse::<std::net::Ipv4Addr>().is_ok() {
        return Err("Bucket name must not be formatted as an IP Address".into());
    }
    let mut previous = None;
    for next in name.chars() {
        check_character(previous, next)?;
        previous = Some(next);
    }
    if matches!(previous, Some('-' | '.')) {
        return Err("Bucket name should not end with '-' or '.'".into());
    }
    Ok(())
}

fn check_character(previous: Option<char>, next: char) -> Result<(), String> {
    let wrong = match (previous, next) {
        (_, 'A'..='Z') => "Bucket name should not contain uppercase characters",
        (_, ' ' | '\t' | '\r' | '\n') => "Bucket name should not contain white space",
        (None, '.') => "Bucket name should not begin with a period",
        (Some('.'), '.') => "Bucket name should not contain two adjacent periods",
        (Some('-'), '.') | (Some('.'), '-') => {
            "Bucket name should not contain dashes next to periods"
        }
        (None, '-') => "Bucket name should not begin with a '-'",
        (_, '-' | '.' | '0'..='9' | 'a'..='z') => return Ok(()),
        (_, other) => return Err(format!("Bucket name should not contain '{other}'")),
    };
    Err(wrong.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_follow_the_rules() {
        for name in [
            "cdk-hnb659fds-assets-123456789012-eu-central-1",
            "a.b-c",
            "123",
        ] {
            assert_eq!(check(name), Ok(()), "{name}");
        }
        for (name, part) in [
            ("ab", "between 3 and 63"),
            ("MyBucket", "uppercase"),
            ("my bucket", "white space"),
            ("my_bucket", "'_'"),
            (".my-bucket", "begin with a period"),
            ("-my-bucket", "begin with a '-'"),
            ("my..bucket", "adjacent periods"),
            ("my-.bucket", "dashes next to periods"),
            ("my-bucket-", "should not end with"),
            ("10.0.0.1", "IP Address"),
        ] {
            let sentence = check(name).unwrap_err();
            assert!(sentence.contains(part), "{name}: {sentence}");
        }
        assert!(check(&"a".repeat(64)).is_err());
    }
}
