use std::fmt::{self, Display, Formatter};

use deploy::render::Shown;
use secrecy::ExposeSecret;
use serde::Serialize;

use super::accounts::Accounts;

/// The users as `show` prints them.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub(super) struct Users(Vec<Row>);

#[derive(Debug, Serialize)]
struct Row {
    user: String,
    role: &'static str,
    passwords: Passwords,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Passwords {
    Count(usize),
    /// The newest stands last.
    Shown(Vec<String>),
}

impl fmt::Debug for Passwords {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str("[REDACTED]")
    }
}

impl Users {
    pub(super) fn of(accounts: &Accounts, with_passwords: bool) -> Self {
        let user = |user: &str| {
            let passwords = accounts.of(user).map(|account| &account.password);
            let passwords = if with_passwords {
                let shown = passwords.map(|password| password.expose_secret().to_owned());
                Passwords::Shown(shown.collect())
            } else {
                Passwords::Count(passwords.count())
            };
            Row {
                user: user.to_owned(),
                role: accounts.role(user).map_or("", super::role::Role::name),
                passwords,
            }
        };
        Self(accounts.users().into_iter().map(user).collect())
    }
}

impl Display for Users {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let names = self.0.iter().map(|user| Shown(&user.user).to_string());
        let names: Vec<_> = names.collect();
        let widths = names.iter().map(|name| name.chars().count());
        let width = widths.max().unwrap_or_default().max("user".len());
        writeln!(f, "{:width$}  {:8}  passwords", "user", "role")?;
        for (name, user) in names.iter().zip(&self.0) {
            writeln!(f, "{name:width$}  {:8}  {}", user.role, user.passwords)?;
        }
        Ok(())
    }
}

impl Display for Passwords {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Count(count) => write!(f, "{count}"),
            // A password has no white space.
            Self::Shown(passwords) => f.write_str(&Shown(passwords.join("  ")).to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_counted_and_shown_only_if_asked_for() {
        let accounts = Accounts::read("go-on-aws:hidden viewer/anna:old viewer/anna:new");
        let accounts = accounts.expect("accounts");
        assert_eq!(
            Users::of(&accounts, false).to_string(),
            "user       role      passwords\n\
             go-on-aws  exporter  1\n\
             anna       viewer    2\n"
        );
        assert_eq!(
            Users::of(&accounts, true).to_string(),
            "user       role      passwords\n\
             go-on-aws  exporter  hidden\n\
             anna       viewer    old  new\n"
        );
        let json = serde_json::to_value(Users::of(&accounts, false)).expect("JSON");
        assert_eq!(
            json[1],
            serde_json::json!({ "user": "anna", "role": "viewer", "passwords": 2 })
        );
        let json = serde_json::to_value(Users::of(&accounts, true)).expect("JSON");
        assert_eq!(json[1]["passwords"], serde_json::json!(["old", "new"]));
        assert!(!format!("{:?}", Users::of(&accounts, true)).contains("hidden"));
    }
}
