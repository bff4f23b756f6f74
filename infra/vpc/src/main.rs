//! `vpc deploy`, `diff`, `execute`, `destroy`, `follow`, `status` and `use`.

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use deploy::cli::{Cli, Command, EXIT_CODES, exit_code, parse};
use deploy::{Clients, Output};
use vpc::{Error, Flags, Network, STACK};

#[derive(Debug, Parser)]
#[command(version, about, after_help = EXIT_CODES)]
struct Program {
    #[command(flatten)]
    cli: Cli<Verb>,
}

#[derive(Debug, Subcommand)]
enum Verb {
    #[command(flatten)]
    Stack(Command<Flags>),
    /// Hand over a network that exists already, without a stack
    Use(Network),
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    exit_code(run(parse::<Program>().cli).await)
}

async fn run(cli: Cli<Verb>) -> Result<ExitCode, Error> {
    let clients = Clients::from_env().await?;
    let env = cli.env;
    let (environment, prefix) = (&env.environment, env.prefix.as_deref());
    let stack = STACK.in_environment(environment);
    match cli.command {
        Verb::Use(network) => {
            vpc::use_network(&clients, environment, prefix, &network, Output::Lines).await?;
        }
        Verb::Stack(Command::Destroy(arguments)) => {
            let options = arguments.options();
            if deploy::destroy(&clients, &stack, &options).await?.is_none() {
                vpc::forget(&clients, environment, prefix, &options).await?;
            }
        }
        Verb::Stack(command) => return Ok(command.run(&clients, &stack, &env).await?),
    }
    Ok(ExitCode::SUCCESS)
}
