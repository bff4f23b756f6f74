//! The command line that the binaries have in common.

use std::fmt::Display;
use std::process::ExitCode;

use clap::error::{ContextKind, ContextValue};
use clap::{Args, CommandFactory, Parser, Subcommand};
use clap_complete::Shell;

use crate::render::Shown;
use crate::{
    Approval, Clients, Environment, Error, Following, Options, Output, PREFIX, Parameters, Stack,
    attach, deploy, destroy, diff, execute_plan, leave, status,
};

/// The exit codes, for the end of `--help`.
pub const EXIT_CODES: &str = "\
Exit codes:
  0   done, or there was nothing to do
  1   failed or not approved; the reason is on standard error
  2   there are differences (diff --exit-code)
  64  wrong usage";

const DIFFERENT: u8 = 2;
/// `EX_USAGE` of sysexits.h: clap's own 2 would be taken for differences.
const WRONG_USAGE: i32 = 64;

/// The arguments of every binary; `C` are its commands.
#[derive(Debug, Args)]
pub struct Cli<C: Subcommand> {
    /// Which copy of the architecture is meant.
    #[command(flatten)]
    pub place: Place,
    /// What to do.
    #[command(subcommand)]
    pub command: C,
}

/// Which copy of the architecture is meant.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Environment")]
pub struct Place {
    /// Which one: `staging` has stacks staging-vpc, … and parameters /go-on-aws/staging/…
    #[arg(
        long = "env",
        global = true,
        env = "DEPLOY_ENV",
        hide_env_values = true,
        value_name = "NAME",
        default_value = "default"
    )]
    pub environment: Environment,
    /// Begins the names of the SSM parameters that stacks hand over [default: as deployed before, else /go-on-aws, with /NAME in an environment]
    #[arg(long, global = true, env = "PARAMETER_PREFIX", hide_env_values = true)]
    pub prefix: Option<String>,
}

/// What can be done with a stack; `P` are the options for the parameters of its template.
#[derive(Debug, Subcommand)]
pub enum Command<P: Args> {
    /// Create or update the stack, and follow it to the end
    Deploy(Deploy<P>),
    /// Show what a deploy would change, and change nothing
    Diff(Diff<P>),
    /// Execute a change set that `deploy --no-execute` has left
    Execute(Execute),
    /// Delete the stack with all that is in it
    Destroy(Destroy),
    /// Follow what runs on the stack to its end, whoever began it; else say how the last one ended
    Follow(Following),
    /// Show how the stack stands, and whether it is stale
    Status {
        /// How to print.
        #[command(flatten)]
        format: Format,
    },
}

/// How to deploy.
#[derive(Debug, Args)]
pub struct Deploy<P: Args> {
    /// The options for the parameters of the template.
    #[command(flatten)]
    pub parameters: P,
    /// What to ask about.
    #[command(flatten)]
    pub consent: Consent,
    /// How to print.
    #[command(flatten)]
    pub format: Format,
    /// Make and show the change set, and leave it to be executed later
    #[arg(long, conflicts_with = "termination_protection")]
    pub no_execute: bool,
    /// Also undo what was changed by hand on AWS
    #[arg(long)]
    pub revert_drift: bool,
    /// Whether the stack cannot be deleted [default: as it is, else false]
    #[arg(long, num_args = 0..=1, default_missing_value = "true", value_name = "BOOL")]
    pub termination_protection: Option<bool>,
    /// How its end is waited for.
    #[command(flatten)]
    pub following: Following,
    /// Leave RESOURCE out when a rollback that failed is continued; repeatable
    #[arg(long, value_name = "RESOURCE")]
    pub skip: Vec<String>,
    /// Do not wait until resources are ready to serve: CloudFormation's express mode
    #[arg(long)]
    pub express: bool,
}

/// How to find differences.
#[derive(Debug, Args)]
pub struct Diff<P: Args> {
    /// The options for the parameters of the template.
    #[command(flatten)]
    pub parameters: P,
    /// How to print.
    #[command(flatten)]
    pub format: Format,
    /// Also look for what was changed by hand on AWS
    #[arg(long)]
    pub drift: bool,
    /// Exit with 2 when there are differences
    #[arg(long)]
    pub exit_code: bool,
}

/// Which change set to execute.
#[derive(Debug, Args)]
pub struct Execute {
    /// The name of the change set
    pub name: String,
    /// What to ask about.
    #[command(flatten)]
    pub consent: Consent,
    /// How to print.
    #[command(flatten)]
    pub format: Format,
    /// How its end is waited for.
    #[command(flatten)]
    pub following: Following,
}

/// How to destroy.
#[derive(Debug, Args)]
pub struct Destroy {
    /// What to ask about.
    #[command(flatten)]
    pub consent: Consent,
    /// Destroy even while other stacks stand that were deployed from this one
    #[arg(long)]
    pub force: bool,
    /// How its end is waited for.
    #[command(flatten)]
    pub following: Following,
    /// Leave RESOURCE standing, on its own, where deleting the stack has failed before; repeatable
    #[arg(long, value_name = "RESOURCE")]
    pub retain: Vec<String>,
}

/// What to ask about before it is done.
#[derive(Debug, Clone, Copy, Args)]
#[command(next_help_heading = "Approval")]
pub struct Consent {
    /// What is asked about
    #[arg(long, value_enum, value_name = "LEVEL", default_value_t)]
    pub approval: Approval,
    /// Ask about nothing, as --approval never
    #[arg(short, long, conflicts_with = "approval")]
    pub yes: bool,
}

/// How to print the result.
#[derive(Debug, Clone, Copy, Args)]
pub struct Format {
    /// Print the result as JSON
    #[arg(long)]
    pub json: bool,
}

impl From<Consent> for Approval {
    fn from(consent: Consent) -> Self {
        if consent.yes {
            Self::Never
        } else {
            consent.approval
        }
    }
}

impl From<Format> for Output {
    fn from(format: Format) -> Self {
        if format.json { Self::Json } else { Self::Lines }
    }
}

impl From<Following> for Options {
    fn from(following: Following) -> Self {
        Self {
            output: Output::Lines,
            following,
            ..Self::default()
        }
    }
}

impl<P: Args + Into<Parameters>> Deploy<P> {
    /// The same as options.
    #[must_use]
    pub fn options(self, place: &Place) -> Options {
        Options {
            parameters: place.parameters(self.parameters.into()),
            approval: self.consent.into(),
            output: self.format.into(),
            revert_drift: self.revert_drift,
            termination_protection: self.termination_protection,
            following: self.following,
            skip: self.skip,
            express: self.express,
            ..Options::default()
        }
    }
}

impl Execute {
    /// The same as options.
    #[must_use]
    pub fn options(&self) -> Options {
        Options {
            approval: self.consent.into(),
            output: self.format.into(),
            following: self.following.clone(),
            ..Options::default()
        }
    }
}

impl Destroy {
    /// The same as options.
    #[must_use]
    pub fn options(&self) -> Options {
        Options {
            approval: self.consent.into(),
            output: Output::Lines,
            force: self.force,
            following: self.following.clone(),
            retain: self.retain.clone(),
            ..Options::default()
        }
    }
}

impl Place {
    /// The parameters with `--prefix`, where it is given.
    #[must_use]
    pub fn parameters(&self, mut given: Parameters) -> Parameters {
        given.extend(
            self.prefix
                .clone()
                .map(|prefix| (PREFIX.to_owned(), prefix)),
        );
        given
    }
}

impl<P: Args + Into<Parameters>> Command<P> {
    /// Runs the command for a stack that is a template and nothing more.
    pub async fn run(
        self,
        clients: &Clients,
        stack: &Stack,
        place: &Place,
    ) -> Result<ExitCode, Error> {
        match self {
            Self::Deploy(arguments) if arguments.no_execute => {
                leave(clients, stack, &arguments.options(place)).await?;
            }
            Self::Deploy(arguments) => {
                deploy(clients, stack, &arguments.options(place)).await?;
            }
            Self::Diff(arguments) => {
                let parameters = place.parameters(arguments.parameters.into());
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

/// The exit code of a diff.
#[must_use]
pub fn difference(counts: bool, diff: &crate::Diff) -> ExitCode {
    if counts && !diff.is_empty() {
        ExitCode::from(DIFFERENT)
    } else {
        ExitCode::SUCCESS
    }
}

/// Reads the command line, and ends the program where it is wrong or asks for help or completions.
#[must_use]
pub fn parse<P: Parser>() -> P {
    let command = P::command().subcommand(completions());
    let parsed = command.try_get_matches().and_then(|matches| {
        if let Some(("completions", chosen)) = matches.subcommand() {
            print_completions::<P>(chosen.get_one("shell").copied());
        }
        P::from_arg_matches(&matches)
    });
    parsed.map_err(shown).unwrap_or_else(|err| {
        // A reader that has gone away is no reason for another message.
        let _ = err.print();
        std::process::exit(if err.use_stderr() { WRONG_USAGE } else { 0 })
    })
}

/// The error, with what it quotes of the command line as [`Shown`]: a script may pass on anything.
#[must_use]
pub fn shown(mut err: clap::Error) -> clap::Error {
    let quoted = |(kind, value): (ContextKind, &ContextValue)| match value {
        ContextValue::String(text) => Some((kind, Shown(text).to_string())),
        _ => None,
    };
    for (kind, text) in err.context().filter_map(quoted).collect::<Vec<_>>() {
        err.insert(kind, ContextValue::String(text));
    }
    err
}

fn completions() -> clap::Command {
    let shell = clap::Arg::new("shell")
        .required(true)
        .value_parser(clap::value_parser!(Shell));
    clap::Command::new("completions")
        .about("Print the completions for a shell")
        .arg(shell)
}

fn print_completions<P: CommandFactory>(shell: Option<Shell>) -> ! {
    let mut command = P::command().subcommand(completions());
    let name = command.get_name().to_owned();
    if let Some(shell) = shell {
        clap_complete::generate(shell, &mut command, name, &mut std::io::stdout());
    }
    std::process::exit(0)
}

/// Says on standard error what went wrong, if anything did, and gives the exit code.
pub fn exit_code<E: Display>(result: Result<ExitCode, E>) -> ExitCode {
    result.unwrap_or_else(|err| {
        Output::Lines.progress(&format!("❌  {err}"));
        ExitCode::FAILURE
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Parser)]
    #[command(name = "vpc")]
    struct Program {
        #[command(flatten)]
        place: Place,
    }

    #[test]
    fn what_is_quoted_of_the_command_line_does_nothing_to_the_terminal() {
        let value = "\u{1b}[2J\n✅  vpc";
        for arguments in [
            &["vpc", "--env", value][..],
            &["vpc", &format!("--{value}")],
            &["vpc", value],
        ] {
            let err = Program::try_parse_from(arguments).map_err(shown);
            let text = err.unwrap_err().render().to_string();
            assert!(text.contains("\\x1b[2J\\n✅  vpc"), "{text}");
            assert!(!text.contains('\u{1b}') && !text.contains("\n✅"), "{text}");
        }
    }
}
