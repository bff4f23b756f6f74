//! The names of parameters: their syntax, and which names are allowed.

use crate::aws::AwsError;

/// The longest name, and the most levels of a hierarchy.
const LONGEST: usize = 1011;
const LEVELS: usize = 15;

/// A parameter as a caller names it: by its name or ARN, and perhaps a version.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Named<'a> {
    pub(super) name: &'a str,
    /// Whether the name comes from an ARN, in which every name begins with a slash.
    pub(super) is_arn: bool,
    pub(super) selector: Option<Selector<'a>>,
}

/// A version by its number or by one of its labels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Selector<'a> {
    Number(usize),
    Label(&'a str),
}

impl<'a> Named<'a> {
    /// Reads `name`, `name:3`, `name:label`, or an ARN instead of the name.
    pub(super) fn read(text: &'a str) -> Self {
        let of_arn = text
            .strip_prefix("arn:")
            .and_then(|arn| arn.split_once(":parameter"));
        let name = of_arn.map_or(text, |(_, name)| name);
        let (name, selector) = match name.rsplit_once(':') {
            Some((name, selector)) => (name, Some(selector)),
            None => (name, None),
        };
        Self {
            name,
            is_arn: of_arn.is_some(),
            selector: selector.map(|text| match text.parse() {
                Ok(number) => Selector::Number(number),
                Err(_) => Selector::Label(text),
            }),
        }
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
    if name.matches('/').count() > LEVELS {
        return Err(AwsError::new(
            "HierarchyLevelLimitExceededException",
            "A hierarchy can have a maximum of 15 levels. For more information, see Requirements and constraints for parameter names in the AWS Systems Manager User Guide.",
        ));
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
        let deep = "/a".repeat(16);
        for name in ["a/b", "/aws/x", "ssm-x", "/a b", "/a:b", &deep] {
            assert!(check(name).is_err(), "{name}");
        }
    }

    #[test]
    fn a_name_may_have_a_version() {
        let read = |text| {
            let named = Named::read(text);
            (named.name, named.is_arn, named.selector)
        };
        assert_eq!(read("/a/b"), ("/a/b", false, None));
        assert_eq!(read("/a:3"), ("/a", false, Some(Selector::Number(3))));
        assert_eq!(read("a:prod"), ("a", false, Some(Selector::Label("prod"))));
        let arn = "arn:aws:ssm:eu-central-1:123456789012:parameter/a:2";
        assert_eq!(read(arn), ("/a", true, Some(Selector::Number(2))));
    }
}
