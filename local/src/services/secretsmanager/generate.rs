//! Random passwords.

use rand::RngExt as _;
use serde::Deserialize;

use crate::aws::AwsError;

const LOWER: &str = "abcdefghijklmnopqrstuvwxyz";
const UPPER: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const DIGITS: &str = "0123456789";
const PUNCTUATION: &str = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";

/// What a random password is made of. The members have these names in templates and in the API.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
#[expect(clippy::struct_excessive_bools, reason = "each is a member of the API")]
pub(crate) struct Wanted {
    pub(super) password_length: Option<usize>,
    pub(super) exclude_characters: String,
    pub(super) exclude_lowercase: bool,
    pub(super) exclude_numbers: bool,
    pub(super) exclude_punctuation: bool,
    pub(super) exclude_uppercase: bool,
    pub(super) include_space: bool,
    pub(super) require_each_included_type: Option<bool>,
}

/// A random password.
///
/// # Errors
/// AWS's message if no letters are left, or not enough room for one of each kind.
pub(super) fn password(wanted: &Wanted) -> Result<String, AwsError> {
    let invalid = |sentence| Err(AwsError::new("InvalidParameterException", sentence));
    let kinds = kinds(wanted);
    let all: Vec<char> = kinds.iter().flatten().copied().collect();
    let length = wanted.password_length.unwrap_or(32);
    if all.is_empty() {
        return invalid("You must include at least one character type.");
    }
    if length == 0 || length > 4096 {
        return invalid("The password length is not between 1 and 4096.");
    }
    let one_of_each = wanted.require_each_included_type != Some(false);
    if one_of_each && length < kinds.len() {
        return invalid("The password length is too short for one of each included type.");
    }
    let mut random = rand::rng();
    let mut password: Vec<char> = (0..length)
        .map(|_| all[random.random_range(0..all.len())])
        .collect();
    if one_of_each {
        // Each kind takes a place of its own.
        let mut places: Vec<usize> = (0..length).collect();
        for kind in &kinds {
            let place = places.swap_remove(random.random_range(0..places.len()));
            password[place] = kind[random.random_range(0..kind.len())];
        }
    }
    Ok(password.into_iter().collect())
}

/// The letters of each kind that is included and not empty.
fn kinds(wanted: &Wanted) -> Vec<Vec<char>> {
    let kinds = [
        (LOWER, !wanted.exclude_lowercase),
        (UPPER, !wanted.exclude_uppercase),
        (DIGITS, !wanted.exclude_numbers),
        (PUNCTUATION, !wanted.exclude_punctuation),
        (" ", wanted.include_space),
    ];
    let included = kinds.into_iter().filter(|(_, included)| *included);
    let letters = included.map(|(kind, _)| {
        let kept = kind.chars();
        kept.filter(|letter| !wanted.exclude_characters.contains(*letter))
            .collect::<Vec<char>>()
    });
    letters.filter(|kind| !kind.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_has_one_of_each_kind_and_nothing_else() {
        let wanted = Wanted {
            password_length: Some(3),
            exclude_punctuation: true,
            exclude_characters: "abcxyz0".into(),
            ..Wanted::default()
        };
        for _ in 0..200 {
            let password = password(&wanted).unwrap();
            assert_eq!(password.len(), 3);
            for kind in [LOWER, UPPER, DIGITS] {
                assert!(password.chars().any(|c| kind.contains(c)), "{password}");
            }
            assert!(
                !password.chars().any(|c| "abcxyz0".contains(c)),
                "{password}"
            );
        }
        assert_eq!(password(&Wanted::default()).unwrap().len(), 32);
        let short = Wanted {
            password_length: Some(2),
            ..Wanted::default()
        };
        assert!(password(&short).is_err());
    }
}
