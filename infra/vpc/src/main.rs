//! `vpc deploy`, `diff`, `destroy` and `status`.

use std::process::ExitCode;

use clap::Parser;
use deploy::cli::{Cli, EXIT_CODES, exit_code};
use deploy::{Clients, Error};
use vpc::{Flags, STACK};

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
    cli.run(&Clients::from_env().await?, &STACK).await
}
