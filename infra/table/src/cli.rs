//! The commands and what each of them runs.

use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};
use deploy::cli::{Cli, Command, EXIT_CODES, EnvironmentArgs, Format};
use deploy::{Clients, Options, Output, Parameters, Stack};
use table::{Error, Export, Flags, ImportArgs, Load, STACK, TableName};

#[derive(Debug, Parser)]
#[command(version, about, after_help = EXIT_CODES)]
pub(crate) struct Program {
    #[command(flatten)]
    cli: Cli<Verb>,
}

#[derive(Debug, Subcommand)]
enum Verb {
    #[command(flatten)]
    Stack(Command<Flags>),
    /// Import a table that exists already, with its items, into the stack
    Import(ImportArgs),
    /// Load the items of a file into the table; after an interruption, run it again to continue
    Load(Loading),
    /// Export all items of the table to a file
    Export(Exporting),
}

#[derive(Debug, Args)]
struct Loading {
    #[command(flatten)]
    load: Load,
    #[command(flatten)]
    table: TableName,
    #[command(flatten)]
    format: Format,
}

#[derive(Debug, Args)]
struct Exporting {
    #[command(flatten)]
    export: Export,
    #[command(flatten)]
    table: TableName,
    #[command(flatten)]
    format: Format,
}

pub(crate) async fn run(program: Program) -> Result<ExitCode, Error> {
    let clients = Clients::from_env().await?;
    let Cli { env, command } = program.cli;
    let stack = STACK.in_environment(&env.environment);
    match command {
        Verb::Stack(command) => return Ok(command.run(&clients, &stack, &env).await?),
        Verb::Import(arguments) => import(&clients, &stack, &env, arguments).await?,
        Verb::Load(loading) => load(&clients, &env, loading).await?,
        Verb::Export(exporting) => export(&clients, &env, exporting).await?,
    }
    Ok(ExitCode::SUCCESS)
}

async fn import(
    clients: &Clients,
    stack: &Stack,
    env: &EnvironmentArgs,
    arguments: ImportArgs,
) -> Result<(), Error> {
    let options = Options {
        parameters: env.parameters(Parameters::new()),
        approval: arguments.consent.into(),
        output: arguments.format.into(),
        ..Options::default()
    };
    table::import(clients, stack, &arguments.name, &options).await?;
    Ok(())
}

async fn load(clients: &Clients, env: &EnvironmentArgs, loading: Loading) -> Result<(), Error> {
    let table = loading.table.resolve(clients, env).await?;
    let output = Output::from(loading.format);
    output.show(&table::load(clients, &table, &loading.load, output).await?);
    Ok(())
}

async fn export(
    clients: &Clients,
    env: &EnvironmentArgs,
    exporting: Exporting,
) -> Result<(), Error> {
    let table = exporting.table.resolve(clients, env).await?;
    let output = Output::from(exporting.format);
    let exported = table::export(clients, &table, &exporting.export, output).await?;
    // The items themselves are on standard output.
    if exporting.export.is_piped() {
        output.progress(&exported.to_string());
    } else {
        output.show(&exported);
    }
    Ok(())
}
