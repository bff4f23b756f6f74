use std::str::FromStr;

use secrecy::{ExposeSecret, SecretString};
use subtle::{Choice, ConstantTimeEq};
use thiserror::Error;

/// How many bytes a name or a password can have. [`same`] compares no more.
const MAX_LENGTH: usize = 256;

/// The accounts that may log in, at least one.
#[derive(Debug)]
pub(crate) struct Accounts(Vec<Account>);

#[derive(Debug)]
struct Account {
    user: String,
    password: SecretString,
}

/// Why a text is not a list of accounts. The message never repeats the text, which has passwords.
#[derive(Clone, Copy, Debug, Error, PartialEq)]
pub(crate) enum InvalidAccounts {
    #[error("it contains no account")]
    None,
    #[error("account {0} is not of the form user:password")]
    Malformed(usize),
    #[error("account {0} has a name or password over {MAX_LENGTH} bytes")]
    TooLong(usize),
}

impl Accounts {
    /// Whether this user has this password.
    ///
    /// Every account is compared in full. The time that this takes says nothing, not even whether
    /// the user exists.
    pub(crate) fn allow(&self, user: &str, password: &str) -> bool {
        let matches = |account: &Account| {
            same(&account.user, user) & same(account.password.expose_secret(), password)
        };
        self.0
            .iter()
            .map(matches)
            .fold(Choice::from(0), |any, one| any | one)
            .into()
    }
}

impl FromStr for Accounts {
    type Err = InvalidAccounts;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let accounts = (1..)
            .zip(text.split_whitespace())
            .map(|(position, entry)| account(position, entry))
            .collect::<Result<Vec<_>, _>>()?;
        if accounts.is_empty() {
            Err(InvalidAccounts::None)
        } else {
            Ok(Self(accounts))
        }
    }
}

fn account(position: usize, entry: &str) -> Result<Account, InvalidAccounts> {
    match entry.split_once(':') {
        Some((user, password)) if user.len() > MAX_LENGTH || password.len() > MAX_LENGTH => {
            Err(InvalidAccounts::TooLong(position))
        }
        Some((user, password)) if !user.is_empty() && !password.is_empty() => Ok(Account {
            user: user.to_owned(),
            password: password.into(),
        }),
        _ => Err(InvalidAccounts::Malformed(position)),
    }
}

/// Compares both texts padded to the same length. A comparison of slices would end at once if their
/// lengths differ.
fn same(expected: &str, given: &str) -> Choice {
    let lengths = (expected.len() as u64).ct_eq(&(given.len() as u64));
    padded(expected).ct_eq(&padded(given)) & lengths
}

/// The text as words of eight bytes, since a word is compared as fast as a byte.
fn padded(text: &str) -> [u64; MAX_LENGTH / 8] {
    let mut bytes = [0; MAX_LENGTH];
    let length = text.len().min(MAX_LENGTH);
    bytes[..length].copy_from_slice(&text.as_bytes()[..length]);
    let (words, _) = bytes.as_chunks();
    std::array::from_fn(|index| u64::from_ne_bytes(words[index]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_accounts_are_separated_by_any_white_space() {
        let accounts: Accounts = " anna:one\nberta:two:with:colons \t carla:drei\u{df}\n"
            .parse()
            .unwrap();
        assert!(accounts.allow("anna", "one"));
        assert!(accounts.allow("berta", "two:with:colons"));
        assert!(accounts.allow("carla", "drei\u{df}"));
    }

    #[test]
    fn only_the_exact_pair_is_allowed() {
        let accounts: Accounts = "anna:one berta:two".parse().unwrap();
        let long = "one".to_owned() + &"\0".repeat(MAX_LENGTH);
        for (user, password) in [
            ("anna", "two"),
            ("anna", ""),
            ("anna", "on"),
            ("anna", "one\0"),
            ("anna", &long),
            ("Anna", "one"),
            ("", "one"),
            ("nobody", "one"),
        ] {
            assert!(!accounts.allow(user, password), "{user}:{password}");
        }
    }

    #[test]
    fn an_invalid_account_is_named_by_its_position() {
        let long = format!("a:{}", "x".repeat(MAX_LENGTH + 1));
        for (text, expected) in [
            ("", InvalidAccounts::None),
            (" \n ", InvalidAccounts::None),
            ("a:b secret", InvalidAccounts::Malformed(2)),
            (":secret", InvalidAccounts::Malformed(1)),
            ("a:", InvalidAccounts::Malformed(1)),
            (&long, InvalidAccounts::TooLong(1)),
        ] {
            assert_eq!(text.parse::<Accounts>().unwrap_err(), expected, "{text:?}");
        }
    }

    #[test]
    fn a_password_never_shows_in_debug_output() {
        let accounts: Accounts = "anna:hidden-word".parse().unwrap();
        assert!(!format!("{accounts:?}").contains("hidden-word"));
    }
}
