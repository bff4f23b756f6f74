//! `container deploy`, `diff`, `destroy` and `status`.

use std::process::ExitCode;

use clap::Parser;
use container::{Error, Flags};
use deploy::cli::{Cli, Command, EXIT_CODES, exit_code, with_prefix};
use deploy::{Clients, Options, Output};

#[derive(Debug, Parser)]
#[command(version, about, after_help = EXIT_CODES)]
struct Program {
    #[command(flatten)]
    cli: Cli<Flags>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    exit_code(run(Program::parse().cli).await)
}

async fn run(cli: Cli<Flags>) -> Result<(), Error> {
    let clients = Clients::from_env().await?;
    match cli.command {
        Command::Deploy {
            parameters,
            consent,
        } => {
            let options = Options {
                parameters: with_prefix(parameters.into(), cli.prefix),
                approval: consent.into(),
                output: Output::Lines,
            };
            container::deploy(&clients, &options).await.map(drop)
        }
        Command::Diff { parameters } => {
            let parameters = with_prefix(parameters.into(), cli.prefix);
            let diff = container::diff(&clients, parameters).await?;
            Output::Lines.result(&diff.to_string());
            Ok(())
        }
        Command::Destroy { consent } => {
            container::destroy(&clients, cli.prefix, consent.into(), Output::Lines).await
        }
        Command::Status => Ok(cli.run(&clients, &container::STACK).await?),
    }
}
