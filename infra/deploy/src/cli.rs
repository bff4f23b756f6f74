//! The command line that the binaries have in common.

use std::fmt::Display;
use std::process::ExitCode;

use clap::{Args, Subcommand};

use crate::{
    Approval, Clients, Error, Options, Output, Parameters, Stack, deploy, destroy, diff, status,
};

/// The template's parameter behind `--prefix`.
pub const PREFIX: &str = "ParameterPrefix";

/// The exit codes, for the end of `--help`.
pub const EXIT_CODES: &str = "\
Exit codes:
  0  done, or there was nothing to do
  1  failed or not approved; the reason is on standard error
  2  wrong usage";

/// The arguments of every binary; `P` are the options for the parameters of its template.
#[derive(Debug, Args)]
pub struct Cli<P: Args> {
    /// Begins the names of the SSM parameters that stacks hand over [default: as deployed before, else /go-on-aws]
    #[arg(long, global = true, env = "PARAMETER_PREFIX")]
    pub prefix: Option<String>,
    /// What to do.
    #[command(subcommand)]
    pub command: Command<P>,
}

/// What can be done with a stack.
#[derive(Debug, Subcommand)]
pub enum Command<P: Args> {
    /// Create or update the stack: show the changes, ask, execute, follow the events to the end
    Deploy {
        /// The options for the parameters of the template.
        #[command(flatten)]
        parameters: P,
        /// Whether to ask.
        #[command(flatten)]
        consent: Consent,
    },
    /// Show what a deploy would change, and change nothing
    Diff {
        /// The options for the parameters of the template.
        #[command(flatten)]
        parameters: P,
    },
    /// Delete the stack with all that is in it
    Destroy {
        /// Whether to ask.
        #[command(flatten)]
        consent: Consent,
    },
    /// Show the stack with its outputs, parameters and resources
    Status,
}

/// Whether to ask before something is changed.
#[derive(Debug, Clone, Copy, Args)]
pub struct Consent {
    /// Approve without being asked
    #[arg(short, long)]
    pub yes: bool,
}

impl From<Consent> for Approval {
    fn from(consent: Consent) -> Self {
        if consent.yes {
            Self::Granted
        } else {
            Self::Ask
        }
    }
}

impl<P: Args + Into<Parameters>> Cli<P> {
    /// Runs the command for a stack that is a template and nothing more.
    pub async fn run(self, clients: &Clients, stack: &Stack) -> Result<(), Error> {
        let output = Output::Lines;
        match self.command {
            Command::Deploy {
                parameters,
                consent,
            } => {
                let options = Options {
                    parameters: with_prefix(parameters.into(), self.prefix),
                    approval: consent.into(),
                    output,
                };
                deploy(clients, stack, &options).await?;
            }
            Command::Diff { parameters } => {
                let parameters = with_prefix(parameters.into(), self.prefix);
                output.result(&diff(clients, stack, &parameters).await?.to_string());
            }
            Command::Destroy { consent } => {
                destroy(clients, stack, consent.into(), output).await?;
            }
            Command::Status => output.result(&status(clients, stack).await?.to_string()),
        }
        Ok(())
    }
}

/// The parameters with `--prefix`, where it is given.
#[must_use]
pub fn with_prefix(mut parameters: Parameters, prefix: Option<String>) -> Parameters {
    parameters.extend(prefix.map(|prefix| (PREFIX.to_owned(), prefix)));
    parameters
}

/// Says on standard error what went wrong, if anything did, and gives the exit code.
pub fn exit_code<E: Display>(result: Result<(), E>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(err) => {
            Output::Lines.progress(&format!("❌  {err}"));
            ExitCode::FAILURE
        }
    }
}
