use clap::Args;
use deploy::render::Shown;
use deploy::{Output, task_with};

use super::new::New;
use super::say::say;
use crate::credentials::accounts::Accounts;
use crate::credentials::change::change;
use crate::credentials::live::wait_until_live;
use crate::credentials::parameter::Parameter;
use crate::{CredentialsError, Error};

#[derive(Debug, Args)]
pub(crate) struct Rotate {
    /// The name of the user [default: the only one]
    #[arg(long, value_name = "NAME")]
    user: Option<String>,
    #[command(flatten)]
    new: New,
    /// End the rotation: take all passwords of the user away but the newest
    #[arg(long, conflicts_with_all = ["password_stdin", "pipe"])]
    finish: bool,
    /// Do not wait until every task has read the new password
    #[arg(long)]
    no_wait: bool,
}

impl Rotate {
    pub(super) async fn run(self, parameter: Parameter<'_>, stack: &str) -> Result<(), Error> {
        if self.finish {
            self.finish(parameter, stack).await
        } else {
            self.begin(parameter, stack).await
        }
    }

    /// Adds a password beside the old one.
    async fn begin(self, parameter: Parameter<'_>, stack: &str) -> Result<(), Error> {
        let new = self.new.password()?;
        self.new.check(&new)?;
        let mut user = String::new();
        let written = change(parameter, |accounts| {
            user = self.user(accounts, false)?;
            accounts.rotated(&user, new.text.clone())
        })
        .await?;
        let passwords = written.accounts.passwords(&user);
        let user = Shown(&user);
        say(
            &written,
            &format!("{user} has {passwords} passwords, and all are valid"),
        );
        new.print();
        if !self.no_wait {
            wait_until_live(parameter, parameter.read().await?).await?;
            Output::Lines.progress("✅  every task knows the new password");
        }
        let finish = task_with(
            "credentials",
            stack,
            &format!("rotate --user {user} --finish"),
        );
        Output::Lines.progress(&format!(
            "The old password stays valid until you run `{finish}`"
        ));
        Ok(())
    }

    /// Takes the old passwords away, but not before the app knows the new one.
    async fn finish(self, parameter: Parameter<'_>, stack: &str) -> Result<(), Error> {
        let version = parameter.read().await?;
        let user = self.user(&version.accounts, true)?;
        version.accounts.finished(&user)?;
        if !self.no_wait {
            wait_until_live(parameter, version).await?;
        }
        let written = change(parameter, |accounts| accounts.finished(&user)).await?;
        let left = written.accounts.passwords(&user);
        let user = Shown(&user);
        say(
            &written,
            &format!("only the newest password of {user} is valid now"),
        );
        if left > 1 {
            let show = task_with("credentials", stack, "show");
            Output::Lines.progress(&format!("{user} has another new password: see `{show}`"));
        }
        Ok(())
    }

    /// The user that is named, or the only one that can be meant.
    fn user(&self, accounts: &Accounts, has_several: bool) -> Result<String, CredentialsError> {
        if let Some(user) = &self.user {
            return Ok(user.clone());
        }
        let users = accounts.users();
        let rotating = users.iter().filter(|user| accounts.passwords(user) > 1);
        let rotating: Vec<_> = rotating.copied().collect();
        match (users.as_slice(), rotating.as_slice()) {
            ([only], _) => Ok((*only).to_owned()),
            (_, [only]) if has_several => Ok((*only).to_owned()),
            _ => Err(CredentialsError::WhichUser(users.join(", "))),
        }
    }
}
