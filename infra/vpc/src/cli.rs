//! The command line of the program.

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use deploy::cli::{Cli, Command, EXIT_CODES};
use deploy::{Clients, Output};

use crate::{Error, Flags, Network, STACK};

/// The arguments of the program.
#[derive(Debug, Parser)]
#[command(version, about, after_help = EXIT_CODES)]
pub struct Program {
    #[command(flatten)]
    cli: Cli<Verb>,
}

#[derive(Debug, Subcommand)]
enum Verb {
    #[command(flatten)]
    Stack(Command<Flags>),
    /// Write the parameters for an existing network, without a stack
    Use(Network),
}

/// Runs the command.
pub async fn run(program: Program) -> Result<ExitCode, Error> {
    let Cli { env, command } = program.cli;
    let clients = Clients::from_env().await?;
    let (environment, prefix) = (&env.environment, env.prefix.as_deref());
    let stack = STACK.in_environment(environment);
    match command {
        Verb::Use(network) => {
            crate::use_network(&clients, environment, prefix, &network, Output::Lines).await?;
        }
        Verb::Stack(Command::Destroy(arguments)) => {
            let options = arguments.options();
            if deploy::destroy(&clients, &stack, &options).await?.is_none() {
                crate::forget(&clients, environment, prefix, &options).await?;
            }
        }
        Verb::Stack(command) => return Ok(command.run(&clients, &stack, &env).await?),
    }
    Ok(ExitCode::SUCCESS)
}
