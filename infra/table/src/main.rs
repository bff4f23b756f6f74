//! `table deploy`, `diff`, `execute`, `destroy` and `status`.

use std::process::ExitCode;

use clap::Parser;
use deploy::cli::{Cli, Command, EXIT_CODES, exit_code, parse};
use deploy::{Clients, Error};
use table::{Flags, STACK};

#[derive(Debug, Parser)]
#[command(version, about, after_help = EXIT_CODES)]
struct Program {
    #[command(flatten)]
    cli: Cli<Command<Flags>>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    exit_code(run(parse::<Program>().cli).await)
}

async fn run(cli: Cli<Command<Flags>>) -> Result<ExitCode, Error> {
    let clients = Clients::from_env().await?;
    let stack = STACK.in_environment(&cli.place.environment);
    cli.command.run(&clients, &stack, &cli.place).await
}
