//! `table deploy`, `diff`, `execute`, `destroy`, `follow`, `status` and `import`.

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use deploy::cli::{Cli, Command, EXIT_CODES, exit_code, parse};
use deploy::{Clients, Options, Parameters};
use table::{Adopt, Error, Flags, STACK};

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
    /// Take a table that exists already, with its items, into the stack
    Import(Adopt),
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    exit_code(run(parse::<Program>().cli).await)
}

async fn run(cli: Cli<Verb>) -> Result<ExitCode, Error> {
    let clients = Clients::from_env().await?;
    let place = cli.place;
    let stack = STACK.in_environment(&place.environment);
    match cli.command {
        Verb::Import(adopt) => {
            let options = Options {
                parameters: place.parameters(Parameters::new()),
                approval: adopt.consent.into(),
                output: adopt.format.into(),
                ..Options::default()
            };
            table::import(&clients, &stack, &adopt.name, &options).await?;
            Ok(ExitCode::SUCCESS)
        }
        Verb::Stack(command) => Ok(command.run(&clients, &stack, &place).await?),
    }
}
