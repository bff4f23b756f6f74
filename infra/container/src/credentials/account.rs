use secrecy::{ExposeSecret, SecretString};

use super::role::Role;
use crate::CredentialsError;

/// How many bytes a name or a password can have. The app refuses longer ones.
const MAX_LENGTH: usize = 256;

/// One entry of the parameter: a user with one password.
#[derive(Clone, Debug)]
pub(super) struct Account {
    /// `None` if the entry does not name one.
    pub(super) role: Option<Role>,
    pub(super) user: String,
    pub(super) password: SecretString,
}

impl Account {
    /// Reads `user:password` or `role/user:password`. If it is neither, returns why.
    pub(super) fn read(entry: &str) -> Result<Self, &'static str> {
        let (user, password) = entry
            .split_once(':')
            .ok_or("is not of the form user:password")?;
        let (role, user) = match user.split_once('/') {
            Some((role, user)) => (Some(Role::named(role).ok_or("has an unknown role")?), user),
            None => (None, user),
        };
        if !is_user(user) {
            return Err("has no proper name of a user");
        }
        if !is_password(password) {
            return Err("has no proper password");
        }
        Ok(Self {
            role,
            user: user.to_owned(),
            password: password.into(),
        })
    }

    /// The entry, with its password.
    pub(super) fn text(&self) -> String {
        let role = self.role.map(|role| format!("{}/", role.name()));
        let (user, password) = (&self.user, self.password.expose_secret());
        format!("{}{user}:{password}", role.unwrap_or_default())
    }

    pub(super) fn role(&self) -> Role {
        self.role.unwrap_or(Role::UNNAMED)
    }

    /// Whether it is the same password of the same user, whatever the role.
    pub(super) fn is(&self, other: &Self) -> bool {
        self.user == other.user && self.password.expose_secret() == other.password.expose_secret()
    }
}

/// Checks the name of a new user.
pub(super) fn check_user(user: &str) -> Result<(), CredentialsError> {
    is_user(user)
        .then_some(())
        .ok_or_else(|| CredentialsError::BadUser(user.to_owned()))
}

/// Checks a password that a person has chosen.
pub(super) fn check_password(password: &str) -> Result<(), CredentialsError> {
    is_password(password)
        .then_some(())
        .ok_or(CredentialsError::BadPassword)
}

fn is_user(user: &str) -> bool {
    is_word(user) && !user.contains([':', '/'])
}

fn is_password(password: &str) -> bool {
    is_word(password)
}

fn is_word(text: &str) -> bool {
    let is_separator = |c: char| c.is_whitespace() || c.is_control();
    (1..=MAX_LENGTH).contains(&text.len()) && !text.contains(is_separator)
}
