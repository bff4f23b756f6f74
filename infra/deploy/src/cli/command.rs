//! Runs the commands that all stacks have in common.

use std::fmt::Display;
use std::process::ExitCode;

use clap::Args;

use super::{Command, EnvironmentArgs};
use crate::aws::Clients;
use crate::model::{Diff, Parameters, Stack};
use crate::operation::{attach, create_plan, deploy, destroy, diff, execute_plan, status};
use crate::{Error, Output};

/// The exit codes, for the end of `--help`.
pub const EXIT_CODES: &str = "\
Exit codes:
  0   done, or there was nothing to do
  1   failed or not approved; the reason is on standard error
  2   there are differences (diff --exit-code)
  64  wrong usage";

/// The exit code if there are differences.
const DIFFERENT: u8 = 2;

impl<P: Args + Into<Parameters>> Command<P> {
    /// Runs the command for a stack that needs nothing but its template.
    pub async fn run(
        self,
        clients: &Clients,
        stack: &Stack,
        env: &EnvironmentArgs,
    ) -> Result<ExitCode, Error> {
        match self {
            Self::Deploy(arguments) if arguments.no_execute => {
                create_plan(clients, stack, &arguments.options(env)).await?;
            }
            Self::Deploy(arguments) => {
                deploy(clients, stack, &arguments.options(env)).await?;
            }
            Self::Diff(arguments) => {
                let parameters = env.parameters(arguments.parameters.into());
                let found = diff(clients, stack, &parameters, arguments.drift).await?;
                Output::from(arguments.format).show(&found);
                return Ok(difference(arguments.exit_code, &found));
            }
            Self::Execute(arguments) => {
                execute_plan(clients, stack, &arguments.name, &arguments.options()).await?;
            }
            Self::Destroy(arguments) => {
                destroy(clients, stack, &arguments.options()).await?;
            }
            Self::Follow(following) => attach(clients, stack, &following.into()).await?,
            Self::Status { format } => {
                Output::from(format).show(&status(clients, stack).await?);
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// The exit code of a diff: it tells of differences only if asked to.
#[must_use]
pub fn difference(is_asked: bool, diff: &Diff) -> ExitCode {
    if is_asked && !diff.is_empty() {
        ExitCode::from(DIFFERENT)
    } else {
        ExitCode::SUCCESS
    }
}

/// The exit code of a command; a failure is printed on standard error.
pub fn exit_code<E: Display>(result: Result<ExitCode, E>) -> ExitCode {
    result.unwrap_or_else(|err| {
        Output::Lines.progress(&format!("❌  {err}"));
        ExitCode::FAILURE
    })
}
