//! The arguments of the command line; their comments are the texts of `--help`.

use clap::{Args, Subcommand};

use crate::follow::Following;
use crate::model::Environment;
use crate::operation::Approval;

/// The arguments of every program; `C` are its commands.
#[derive(Debug, Args)]
pub struct Cli<C: Subcommand> {
    /// The environment.
    #[command(flatten)]
    pub env: EnvironmentArgs,
    /// What to do.
    #[command(subcommand)]
    pub command: C,
}

/// In which environment to run the command.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Environment")]
pub struct EnvironmentArgs {
    /// The environment: `staging` has stacks staging-vpc, … and parameters /go-on-aws/staging/…
    #[arg(
        long = "env",
        global = true,
        env = "DEPLOY_ENV",
        hide_env_values = true,
        value_name = "NAME",
        default_value = "default"
    )]
    pub environment: Environment,
    /// Prefix of the SSM parameters [default: the deployed one, else /go-on-aws or /go-on-aws/NAME]
    #[arg(long, global = true, env = "PARAMETER_PREFIX", hide_env_values = true)]
    pub prefix: Option<String>,
}

/// The commands for a stack; `P` are the options for the parameters of its template.
#[derive(Debug, Subcommand)]
pub enum Command<P: Args> {
    /// Create or update the stack, and follow it to the end
    Deploy(Deploy<P>),
    /// Show what a deployment would change, and change nothing
    Diff(Diff<P>),
    /// Execute a change set that `deploy --no-execute` has created
    Execute(Execute),
    /// Delete the stack with everything in it
    Destroy(Destroy),
    /// Follow the running operation to its end, whoever started it, or show how the latest one ended
    Follow(Following),
    /// Show the stack, and whether it is stale
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
    /// Which changes need approval.
    #[command(flatten)]
    pub consent: Consent,
    /// How to print.
    #[command(flatten)]
    pub format: Format,
    /// Create and show the change set, to be executed later
    #[arg(long, conflicts_with = "termination_protection")]
    pub no_execute: bool,
    /// Also undo changes made by hand
    #[arg(long)]
    pub revert_drift: bool,
    /// Whether to protect the stack from deletion [default: unchanged; false for a new stack]
    #[arg(long, num_args = 0..=1, default_missing_value = "true", value_name = "BOOL")]
    pub termination_protection: Option<bool>,
    /// How to wait for the end.
    #[command(flatten)]
    pub following: Following,
    /// Skip RESOURCE when a failed rollback is continued; repeatable
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
    /// Also look for changes made by hand
    #[arg(long)]
    pub drift: bool,
    /// Exit with 2 if there are differences
    #[arg(long)]
    pub exit_code: bool,
}

/// Which change set to execute.
#[derive(Debug, Args)]
pub struct Execute {
    /// The name of the change set
    pub name: String,
    /// Which changes need approval.
    #[command(flatten)]
    pub consent: Consent,
    /// How to print.
    #[command(flatten)]
    pub format: Format,
    /// How to wait for the end.
    #[command(flatten)]
    pub following: Following,
}

/// How to destroy.
#[derive(Debug, Args)]
pub struct Destroy {
    /// Which changes need approval.
    #[command(flatten)]
    pub consent: Consent,
    /// Destroy the stack even if other stacks were deployed from it
    #[arg(long)]
    pub force: bool,
    /// How to wait for the end.
    #[command(flatten)]
    pub following: Following,
    /// Leave RESOURCE undeleted, after a deletion has failed; repeatable
    #[arg(long, value_name = "RESOURCE")]
    pub retain: Vec<String>,
}

/// Which changes need approval.
#[derive(Debug, Clone, Copy, Args)]
#[command(next_help_heading = "Approval")]
pub struct Consent {
    /// Which changes need approval
    #[arg(long, value_enum, value_name = "LEVEL", default_value_t)]
    pub approval: Approval,
    /// Approve everything without being asked, as with --approval never
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
