//! The names of the repository and of its tags.

use deploy::Environment;

/// The name of the repository.
pub const REPOSITORY: &str = "go-on-aws/showtable";
/// Separates the environment from the digest in a tag. No name of an environment contains it, so
/// the tags of two environments never have the same prefix.
pub(super) const SEPARATOR: char = '.';
/// The prefix of a tag that protects an image in use. No name of an environment begins with it.
pub(super) const IN_USE: &str = "_in-use.";
/// How many digits of the digest a tag contains, to distinguish images.
const DIGITS: usize = 12;

/// Returns whether a tag is that of a signature, or of a list of what is attached to an image: the digest of the
/// image, with or without `.sig`.
pub(super) fn is_of_attachment(tag: &str) -> bool {
    let digits = tag
        .strip_prefix("sha256-")
        .map(|rest| rest.trim_end_matches(".sig"));
    digits.is_some_and(|digits| {
        digits.len() == 64 && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
    })
}

/// The digest or the tag of an image in the repository; `None` if the image is elsewhere.
pub(crate) fn reference_in_repository(image: &str) -> Option<&str> {
    let (_, reference) = image.split_once(&format!("/{REPOSITORY}"))?;
    reference.strip_prefix(['@', ':'])
}

/// The tag that protects an image from the lifecycle policy.
pub(crate) fn in_use_tag(environment: &Environment, digest: &str) -> String {
    format!("{IN_USE}{}", tag(environment, digest))
}

/// The permanent tag of an image: `ENVIRONMENT.DIGEST`. The lifecycle policy keeps the last images
/// that have a tag of this form.
pub(super) fn tag(environment: &Environment, digest: &str) -> String {
    let digits = digest.trim_start_matches("sha256:");
    let digits: String = digits.chars().take(DIGITS).collect();
    format!("{}{digits}", tag_prefix(environment))
}

/// The prefix of all tags of an environment.
pub(super) fn tag_prefix(environment: &Environment) -> String {
    format!("{environment}{SEPARATOR}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_environment_has_the_tags_of_another() {
        let digest = "sha256:0123456789abcdef";
        let environments = ["", "a", "a-b", "default-2"];
        for (index, name) in environments.iter().enumerate() {
            let environment: Environment = name.parse().unwrap();
            let prefix = tag_prefix(&environment);
            for (other, name) in environments.iter().enumerate() {
                let tag = tag(&name.parse().unwrap(), digest);
                assert_eq!(tag.starts_with(&prefix), index == other, "{tag} {prefix}");
                assert!(tag.ends_with(".0123456789ab"), "{tag}");
            }
        }
    }

    #[test]
    fn the_tag_of_a_signature_belongs_to_no_environment() {
        let digits = "0f".repeat(32);
        assert!(is_of_attachment(&format!("sha256-{digits}.sig")));
        assert!(is_of_attachment(&format!("sha256-{digits}")));
        for tag in ["sha256-0f.sig", "default.0123", &digits] {
            assert!(!is_of_attachment(tag), "{tag}");
        }
    }

    #[test]
    fn an_image_elsewhere_is_not_in_the_repository() {
        let host = "123456789012.dkr.ecr.eu-central-1.amazonaws.com";
        let pushed = format!("{host}/go-on-aws/showtable@sha256:00");
        assert_eq!(reference_in_repository(&pushed), Some("sha256:00"));
        let tagged = format!("{host}/go-on-aws/showtable:v1");
        assert_eq!(reference_in_repository(&tagged), Some("v1"));
        let other = format!("{host}/go-on-aws/showtable-2@sha256:00");
        assert_eq!(reference_in_repository(&other), None);
        assert_eq!(reference_in_repository("ghcr.io/me/showtable:1"), None);
    }
}
