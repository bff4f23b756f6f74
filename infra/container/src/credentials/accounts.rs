use secrecy::{ExposeSecret, SecretString};

use super::account::{Account, check_user};
use super::role::Role;
use crate::CredentialsError;

/// The accounts in the order of the parameter. The newest password of a user stands last.
#[derive(Clone, Debug)]
pub(super) struct Accounts(pub(super) Vec<Account>);

impl Accounts {
    /// Reads the text of a parameter. The reason names an entry by its position, since its text has a password.
    pub(super) fn read(text: &str) -> Result<Self, String> {
        let accounts: Vec<_> = (1..)
            .zip(text.split_whitespace())
            .map(|(position, entry)| {
                Account::read(entry).map_err(|reason| format!("entry {position} {reason}"))
            })
            .collect::<Result<_, _>>()?;
        if accounts.is_empty() {
            return Err("it has no entry".to_owned());
        }
        Ok(Self(accounts))
    }

    /// The text of the parameter, with its passwords.
    pub(super) fn text(&self) -> SecretString {
        let entries: Vec<_> = self.0.iter().map(Account::text).collect();
        entries.join("\n").into()
    }

    /// The users in the order of their first entry.
    pub(super) fn users(&self) -> Vec<&str> {
        let mut users = Vec::new();
        for account in &self.0 {
            if !users.contains(&account.user.as_str()) {
                users.push(&account.user);
            }
        }
        users
    }

    pub(super) fn of<'a>(&'a self, user: &'a str) -> impl Iterator<Item = &'a Account> {
        self.0.iter().filter(move |account| account.user == user)
    }

    /// The role of a user. The app gives the lowest one if its entries differ.
    pub(super) fn role(&self, user: &str) -> Option<Role> {
        self.of(user).map(Account::role).min()
    }

    pub(super) fn passwords(&self, user: &str) -> usize {
        self.of(user).count()
    }

    /// Whether a text from outside has one of the passwords in it.
    pub(super) fn are_in(&self, text: &str) -> bool {
        let mut passwords = self
            .0
            .iter()
            .map(|account| account.password.expose_secret());
        passwords.any(|password| text.contains(password))
    }

    /// Adds a user, or replaces the passwords of one.
    pub(super) fn with_password(
        &self,
        user: &str,
        role: Option<Role>,
        password: SecretString,
    ) -> Result<Self, CredentialsError> {
        let known = self.of(user).next();
        let role = if let Some(known) = known {
            role.or(known.role)
        } else {
            check_user(user)?;
            // Least privilege. Only an entry that was written before there were roles has none.
            Some(role.unwrap_or(Role::Viewer))
        };
        let account = Account {
            role,
            user: user.to_owned(),
            password,
        };
        Ok(self.replaced(user, account))
    }

    /// Replaces all entries of a user by one, in the place of the first.
    fn replaced(&self, user: &str, by: Account) -> Self {
        let mut by = Some(by);
        let mut accounts = Vec::new();
        for account in &self.0 {
            if account.user == user {
                accounts.extend(by.take());
            } else {
                accounts.push(account.clone());
            }
        }
        accounts.extend(by);
        Self(accounts)
    }

    /// Changes the role of a user, who keeps the passwords.
    pub(super) fn with_role(&self, user: &str, role: Role) -> Self {
        let mut changed = self.clone();
        for account in &mut changed.0 {
            if account.user == user {
                account.role = Some(role);
            }
        }
        changed
    }

    /// Adds a second password of a user.
    pub(super) fn rotated(
        &self,
        user: &str,
        password: SecretString,
    ) -> Result<Self, CredentialsError> {
        let known: Vec<_> = self.of(user).collect();
        match known.as_slice() {
            [] => Err(self.no_user(user)),
            [known] => {
                let new = Account {
                    password,
                    ..(*known).clone()
                };
                if new.is(known) {
                    return Err(CredentialsError::SamePassword(user.to_owned()));
                }
                let mut rotated = self.clone();
                rotated.0.push(new);
                Ok(rotated)
            }
            _ => Err(CredentialsError::AlreadyRotated(user.to_owned())),
        }
    }

    /// Takes all passwords of a user away but the newest.
    pub(super) fn finished(&self, user: &str) -> Result<Self, CredentialsError> {
        let mut known: Vec<_> = self.of(user).collect();
        match (known.pop(), known.is_empty()) {
            (None, _) => Err(self.no_user(user)),
            (Some(_), true) => Err(CredentialsError::NotRotated(user.to_owned())),
            (Some(newest), false) => Ok(self.replaced(user, newest.clone())),
        }
    }

    /// Removes a user, but never the last one.
    pub(super) fn without(&self, user: &str) -> Result<Self, CredentialsError> {
        if self.passwords(user) == 0 {
            return Err(self.no_user(user));
        }
        let mut left = self.clone();
        left.0.retain(|account| account.user != user);
        if left.0.is_empty() {
            return Err(CredentialsError::LastUser(user.to_owned()));
        }
        Ok(left)
    }

    fn no_user(&self, user: &str) -> CredentialsError {
        CredentialsError::NoUser {
            user: user.to_owned(),
            users: self.users().join(", "),
        }
    }
}

#[cfg(test)]
#[path = "accounts_tests.rs"]
mod tests;
