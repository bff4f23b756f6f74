//! `container credentials`.

use std::io::IsTerminal;

use clap::{Args, Subcommand};
use deploy::cli::{Consent, EnvironmentArgs, Format};
use deploy::render::Shown;
use deploy::{Approval, Clients, Output, task_with};
use secrecy::{ExposeSecret, SecretString};

use super::accounts::Accounts;
use super::change::{Written, change};
use super::error::CredentialsError;
use super::first;
use super::live::{LIVE, wait_until_live};
use super::parameter::Parameter;
use super::password;
use super::role::Role;
use super::table::Users;
use crate::{Error, parameters, stack};

/// The commands about the users of the app.
#[derive(Debug, Subcommand)]
pub(crate) enum Credentials {
    /// List the users with their roles, and how many passwords each has
    Show(Show),
    /// Add a user, or change the password or the role of one, at once
    Set(Set),
    /// Give a user a second password, and later take the first one away
    Rotate(Rotate),
    /// Remove a user
    Remove(Remove),
}

#[derive(Debug, Args)]
pub(crate) struct Show {
    /// Also show the passwords, the newest last
    #[arg(long)]
    passwords: bool,
    #[command(flatten)]
    pipe: Pipe,
    #[command(flatten)]
    format: Format,
}

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

#[derive(Debug, Args)]
pub(crate) struct Remove {
    /// The name of the user
    #[arg(long, value_name = "NAME")]
    user: String,
    #[command(flatten)]
    consent: Consent,
}

/// The new password.
#[derive(Debug, Args)]
struct New {
    /// Read the new password from standard input [default: a random one, which is printed]
    #[arg(long)]
    password_stdin: bool,
    #[command(flatten)]
    pipe: Pipe,
}

#[derive(Debug, Args)]
struct Pipe {
    /// Print passwords although the output is no terminal, but a pipe, a file or a log
    #[arg(long)]
    pipe: bool,
}

/// A password that is printed unless it was given.
struct NewPassword {
    text: SecretString,
    is_random: bool,
}

impl Credentials {
    /// Runs the command.
    pub(crate) async fn run(self, clients: &Clients, env: &EnvironmentArgs) -> Result<(), Error> {
        let stack = stack(&env.environment);
        let prefix = match &env.prefix {
            Some(prefix) => prefix.clone(),
            None => {
                let state = deploy::find(clients, &stack.name).await?;
                parameters::prefix(&stack, None, state.as_ref())
            }
        };
        let (name, deploy) = (first::name(&prefix), deploy::task("deploy", &stack.name));
        let parameter = Parameter {
            clients,
            name: &name,
            deploy: &deploy,
        };
        match self {
            Self::Show(command) => command.run(parameter).await,
            Self::Set(command) => command.run(parameter).await,
            Self::Rotate(command) if command.finish => command.finish(parameter, &stack.name).await,
            Self::Rotate(command) => command.begin(parameter, &stack.name).await,
            Self::Remove(command) => command.run(parameter).await,
        }
    }
}

impl Show {
    async fn run(self, parameter: Parameter<'_>) -> Result<(), Error> {
        if self.passwords {
            self.pipe.check()?;
        }
        let version = parameter.read().await?;
        let users = Users::of(&version.accounts, self.passwords);
        Output::from(self.format).show(&users);
        Ok(())
    }
}

impl Set {
    async fn run(self, parameter: Parameter<'_>) -> Result<(), Error> {
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

impl Rotate {
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

impl Remove {
    async fn run(self, parameter: Parameter<'_>) -> Result<(), Error> {
        let user = &self.user;
        // Before the question: the change may be impossible.
        parameter.read().await?.accounts.without(user)?;
        let shown = Shown(user);
        let reason = format!("the user {shown} would be removed");
        let question = format!("Remove the user {shown} with all passwords?");
        Approval::from(self.consent)
            .of_risk(&reason, &question)
            .await?;
        let written = change(parameter, |accounts| accounts.without(user)).await?;
        say(&written, &format!("{shown} is removed"));
        Ok(())
    }
}

impl New {
    fn password(&self) -> Result<NewPassword, CredentialsError> {
        let text = if self.password_stdin {
            password::from_stdin()?
        } else {
            password::random()
        };
        Ok(NewPassword {
            text,
            is_random: !self.password_stdin,
        })
    }

    /// A password that cannot be shown would lock out its user.
    fn check(&self, new: &NewPassword) -> Result<(), CredentialsError> {
        if new.is_random {
            self.pipe.check()
        } else {
            Ok(())
        }
    }
}

impl Pipe {
    fn check(&self) -> Result<(), CredentialsError> {
        if self.pipe || std::io::stdout().is_terminal() {
            Ok(())
        } else {
            Err(CredentialsError::NoTerminal)
        }
    }
}

impl NewPassword {
    /// Prints the password alone to standard output, to be piped.
    fn print(&self) {
        if self.is_random {
            Output::Lines.result(self.text.expose_secret());
        }
    }
}

/// Says what was done.
fn say(written: &Written, what: &str) {
    let seconds = LIVE.as_secs();
    Output::Lines.progress(&format!(
        "✅  {what}: the app knows it within {seconds} seconds"
    ));
    if written.was_merged {
        Output::Lines.progress(
            "Somebody else has changed the accounts at the same moment: both changes were made",
        );
    }
}
