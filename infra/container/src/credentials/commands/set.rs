use clap::Args;
use deploy::render::Shown;

use super::new::New;
use super::say::say;
use crate::credentials::change::change;
use crate::credentials::parameter::Parameter;
use crate::credentials::role::Role;
use crate::{CredentialsError, Error};

#[derive(Debug, Args)]
pub(crate) struct Set {
    /// The name of the user
    #[arg(long, value_name = "NAME")]
    user: String,
    /// What the user may do. Without a new password, an existing user keeps the old one [default: viewer, or unchanged]
    #[arg(long)]
    role: Option<Role>,
    #[command(flatten)]
    new: New,
}

impl Set {
    pub(super) async fn run(self, parameter: Parameter<'_>) -> Result<(), Error> {
        let (user, role) = (&self.user, self.role);
        let new = self.new.password()?;
        let mut is_password_new = true;
        let written = change(parameter, |accounts| {
            let is_known = accounts.passwords(user) > 0;
            match role {
                Some(role) if is_known && new.is_random => {
                    is_password_new = false;
                    Ok(accounts.with_role(user, role))
                }
                _ => {
                    self.new.check(&new)?;
                    accounts.with_password(user, role, new.text.clone())
                }
            }
        })
        .await?;
        if is_password_new && written.accounts.passwords(user) > 1 {
            return Err(CredentialsError::ChangedToo(user.clone()).into());
        }
        let role = written.accounts.role(user).map_or("", Role::name);
        let change = if is_password_new {
            "a new password, and no other one"
        } else {
            "this role, and the same passwords as before"
        };
        say(&written, &format!("{} ({role}) has {change}", Shown(user)));
        if is_password_new {
            new.print();
        }
        Ok(())
    }
}
