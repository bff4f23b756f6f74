//! `table deploy`, `diff`, `execute`, `destroy`, `follow`, `status`, `import`, `load` and `export`.

use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};
use deploy::cli::{Cli, Command, EXIT_CODES, Format, exit_code, parse};
use deploy::{Clients, Options, Output, Parameters};
use table::{Adopt, Error, Export, Flags, Load, STACK, Which};

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
    /// Put the items of a file into the table; one that ends early goes on when it is run again
    Load(Loading),
    /// Write all items of the table into a file
    Export(Exporting),
}

#[derive(Debug, Args)]
struct Loading {
    #[command(flatten)]
    load: Load,
    #[command(flatten)]
    which: Which,
    #[command(flatten)]
    json: Format,
}

#[derive(Debug, Args)]
struct Exporting {
    #[command(flatten)]
    export: Export,
    #[command(flatten)]
    which: Which,
    #[command(flatten)]
    json: Format,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    exit_code(run(parse::<Program>().cli).await)
}

async fn run(cli: Cli<Verb>) -> Result<ExitCode, Error> {
    let clients = Clients::from_env().await?;
    let env = cli.env;
    let stack = STACK.in_environment(&env.environment);
    match cli.command {
        Verb::Import(adopt) => {
            let options = Options {
                parameters: env.parameters(Parameters::new()),
                approval: adopt.consent.into(),
                output: adopt.format.into(),
                ..Options::default()
            };
            table::import(&clients, &stack, &adopt.name, &options).await?;
            Ok(ExitCode::SUCCESS)
        }
        Verb::Load(loading) => {
            let table = loading.which.name(&clients, &env).await?;
            let output = Output::from(loading.json);
            output.show(&table::load(&clients, &table, &loading.load, output).await?);
            Ok(ExitCode::SUCCESS)
        }
        Verb::Export(Exporting {
            export,
            which,
            json,
        }) => {
            let table = which.name(&clients, &env).await?;
            let output = Output::from(json);
            let exported = table::export(&clients, &table, &export, output).await?;
            if export.is_piped() {
                output.progress(&exported.to_string());
            } else {
                output.show(&exported);
            }
            Ok(ExitCode::SUCCESS)
        }
        Verb::Stack(command) => Ok(command.run(&clients, &stack, &env).await?),
    }
}
