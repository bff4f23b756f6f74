use std::str::FromStr;

use subtle::{Choice, ConditionallySelectable};
use thiserror::Error;

use super::digest::Credentials;
use super::role::Role;

/// How many bytes a name or a password can have.
const MAX_LENGTH: usize = 256;

/// The accounts that may log in, at least one. While a password is changed, a user has two of them.
#[derive(Debug)]
pub(crate) struct Accounts(Vec<Account>);

#[derive(Debug)]
struct Account {
    credentials: Credentials,
    role: Role,
}

/// What the accounts say about a login.
#[derive(Clone, Copy, Debug)]
pub(super) struct Verdict {
    /// Whether it is the name and password of an account.
    pub(super) is_right: bool,
    /// Whether there is an account with this name.
    pub(super) exists: bool,
    /// The role of that account. If it is there twice, the one that may do less.
    pub(super) role: Role,
}

/// Why a text is not a list of accounts. The message never repeats the text, which has passwords.
#[derive(Clone, Copy, Debug, Error, PartialEq)]
pub(crate) enum InvalidAccounts {
    #[error("it contains no account")]
    None,
    #[error("account {0} is not of the form user:password or role/user:password")]
    Malformed(usize),
    #[error("account {0} has a name or password over {MAX_LENGTH} bytes")]
    TooLong(usize),
    #[error("account {0} has an unknown role: use {roles}", roles = names(&Role::ALL))]
    UnknownRole(usize),
}

impl Accounts {
    /// Compares a login with every account in full. The time that this takes says nothing, not even whether the
    /// user exists.
    pub(super) fn judge(&self, given: &Credentials) -> Verdict {
        let (mut is_right, mut exists) = (Choice::from(0), Choice::from(0));
        let mut role = u8::MAX;
        for Account {
            credentials,
            role: its_role,
        } in &self.0
        {
            let is_user = credentials.user.is(&given.user);
            // If the entries of a user have several roles, the lowest one counts.
            role.conditional_assign(&role.min(*its_role as u8), is_user);
            is_right |= credentials.pair.is(&given.pair);
            exists |= is_user;
        }
        Verdict {
            is_right: is_right.into(),
            exists: exists.into(),
            role: Role::ALL
                .get(usize::from(role))
                .copied()
                .unwrap_or_default(),
        }
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

/// Reads `user:password` or `role/user:password`. Only the password may have a colon or a slash.
fn account(position: usize, entry: &str) -> Result<Account, InvalidAccounts> {
    let malformed = InvalidAccounts::Malformed(position);
    let (user, password) = entry.split_once(':').ok_or(malformed)?;
    let (role, user) = match user.split_once('/') {
        Some((role, user)) => {
            let role = role.parse();
            let role = role.map_err(|_| InvalidAccounts::UnknownRole(position))?;
            (role, user)
        }
        None => (Role::UNNAMED, user),
    };
    if user.is_empty() || password.is_empty() || user.contains('/') {
        return Err(malformed);
    }
    if user.len() > MAX_LENGTH || password.len() > MAX_LENGTH {
        return Err(InvalidAccounts::TooLong(position));
    }
    let credentials = Credentials::new(user, password);
    Ok(Account { credentials, role })
}

fn names(roles: &[Role]) -> String {
    let names: Vec<_> = roles.iter().map(|role| role.name()).collect();
    names.join(" or ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allow(accounts: &Accounts, user: &str, password: &str) -> bool {
        accounts.judge(&Credentials::new(user, password)).is_right
    }

    #[test]
    fn several_accounts_are_separated_by_any_white_space() {
        let accounts: Accounts = " anna:one\nberta:two:with:colons \t carla:drei\u{df}\n"
            .parse()
            .unwrap();
        assert!(allow(&accounts, "anna", "one"));
        assert!(allow(&accounts, "berta", "two:with:colons"));
        assert!(allow(&accounts, "carla", "drei\u{df}"));
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
            assert!(!allow(&accounts, user, password), "{user}:{password}");
        }
    }

    #[test]
    fn a_user_may_have_two_passwords() {
        let accounts: Accounts = "anna:old berta:two anna:new".parse().unwrap();
        for (password, expected) in [("old", true), ("new", true), ("two", false)] {
            assert_eq!(allow(&accounts, "anna", password), expected, "{password}");
        }
    }

    #[test]
    fn an_account_has_the_role_before_its_name_or_may_export() {
        let text = "viewer/anna:old/er viewer/anna:new:er exporter/berta:two carla:three \
                    exporter/dora:four viewer/dora:four";
        let accounts: Accounts = text.parse().unwrap();
        for (user, password, expected) in [
            ("anna", "old/er", Some(Role::Viewer)),
            ("anna", "new:er", Some(Role::Viewer)),
            ("berta", "two", Some(Role::Exporter)),
            ("carla", "three", Some(Role::Exporter)),
            ("dora", "four", Some(Role::Viewer)),
            ("anna", "two", None),
            ("viewer/anna", "old/er", None),
        ] {
            let verdict = accounts.judge(&Credentials::new(user, password));
            let role = verdict.is_right.then_some(verdict.role);
            assert_eq!(role, expected, "{user}");
        }
    }

    #[test]
    fn the_lowest_role_of_a_user_counts_with_each_password() {
        let accounts: Accounts = "viewer/anna:old exporter/anna:new".parse().unwrap();
        for password in ["old", "new"] {
            let verdict = accounts.judge(&Credentials::new("anna", password));
            assert!(verdict.is_right);
            assert_eq!(verdict.role, Role::Viewer, "{password}");
        }
    }

    #[test]
    fn a_name_and_a_password_are_not_mixed_up() {
        let accounts: Accounts = "ab:c".parse().unwrap();
        assert!(!allow(&accounts, "a", "bc"));
        let exists = |user| accounts.judge(&Credentials::new(user, "")).exists;
        assert!(exists("ab") && !exists("a") && !exists(""));
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
            ("a:b editer/c:secret", InvalidAccounts::UnknownRole(2)),
            ("Viewer/c:secret", InvalidAccounts::UnknownRole(1)),
            ("/c:secret", InvalidAccounts::UnknownRole(1)),
            ("viewer/:secret", InvalidAccounts::Malformed(1)),
            ("viewer/a/b:secret", InvalidAccounts::Malformed(1)),
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
