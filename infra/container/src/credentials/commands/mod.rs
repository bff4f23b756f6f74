//! `container credentials`: a file for each command.

mod new;
mod remove;
mod rotate;
mod say;
mod set;
mod show;

use clap::Subcommand;
use deploy::Clients;
use deploy::cli::EnvironmentArgs;

use super::first;
use super::parameter::Parameter;
use crate::{Error, parameters, stack};
use remove::Remove;
use rotate::Rotate;
use set::Set;
use show::Show;

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

impl Credentials {
    /// Runs the command.
    pub(crate) async fn run(self, clients: &Clients, env: &EnvironmentArgs) -> Result<(), Error> {
        let stack = stack(&env.environment);
        let prefix = if let Some(prefix) = &env.prefix {
            prefix.clone()
        } else {
            let state = deploy::find(clients, &stack.name).await?;
            parameters::prefix(&stack, None, state.as_ref())
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
            Self::Rotate(command) => command.run(parameter, &stack.name).await,
            Self::Remove(command) => command.run(parameter).await,
        }
    }
}
