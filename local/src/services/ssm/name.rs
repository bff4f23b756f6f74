//! The names of parameters: their syntax, and which names are allowed.

use crate::aws::AwsError;

/// The longest name.
const LONGEST: usize = 1011;

/// `name:3` is version 3 of `name`; a parameter may also be named by its ARN.
pub(super) fn split_version(name: &str) -> (&str, Option<usize>) {
    let of_arn = name
        .strip_prefix("arn:")
        .and_then(|arn| arn.split_once(":parameter"));
    let name = of_arn.map_or(name, |(_, name)| name);
    match name.rsplit_once(':') {
        Some((name, version)) if version.parse::<usize>().is_ok() => (name, version.parse().ok()),
        _ => (name, None),
    }
}

/// # Errors
/// SSM's message for a name that is not allowed.
pub(super) fn check(name: &str) -> Result<(), AwsError> {
    let refused = |sentence: &str| Err(AwsError::new("ValidationException", sentence));
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || "_.-/".contains(c);
    if name.len() > LONGEST || !name.chars().all(is_allowed) {
        return refused(&format!(
            "Parameter name {name} must only have letters, digits and the characters _ . - /"
        ));
    }
    if name.contains('/') && !name.starts_with('/') {
        return refused("Parameter name must be a fully qualified name.");
    }
    let reserved = name.trim_start_matches('/').to_ascii_lowercase();
    if reserved.starts_with("aws") || reserved.starts_with("ssm") {
        return refused(
            "Parameter name: can't be prefixed with \"aws\" or \"ssm\" (case-insensitive).",
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_follow_the_rules() {
        for name in ["/go-on-aws/vpc", "plain", "/a/b.c_d"] {
            assert!(check(name).is_ok(), "{name}");
        }
        for name in ["a/b", "/aws/x", "ssm-x", "/a b", "/a:b"] {
            assert!(check(name).is_err(), "{name}");
        }
    }
}
