//! `container deploy`, `diff`, `execute`, `destroy`, `follow`, `status`, `build-app` and `image`.

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use container::image::cli::{BuildAppArguments, ImageArguments};
use container::{Error, Flags, Release};
use deploy::cli::{Cli, Command, EXIT_CODES, Place, difference, exit_code, parse};
use deploy::{Clients, Output};

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
    /// Build the app as a static binary, with all that its image needs, in dist/
    BuildApp(BuildAppArguments),
    /// Make the image of dist/ without Docker, write it or push it
    Image(ImageArguments),
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    exit_code(run(parse::<Program>().cli).await)
}

async fn run(cli: Cli<Verb>) -> Result<ExitCode, Error> {
    match cli.command {
        Verb::Stack(command) => run_on_stack(cli.place, command).await,
        Verb::BuildApp(arguments) => Ok(arguments.run()?),
        Verb::Image(arguments) => Ok(arguments.run().await?),
    }
}

async fn run_on_stack(place: Place, command: Command<Flags>) -> Result<ExitCode, Error> {
    let clients = Clients::from_env().await?;
    let environment = &place.environment;
    match command {
        Command::Deploy(arguments) if arguments.no_execute => {
            let release = Release::prepare(&clients, &arguments.parameters).await?;
            let options = arguments.options(&place);
            container::leave(&clients, environment, release.as_ref(), &options).await?;
        }
        Command::Deploy(arguments) => {
            let release = Release::prepare(&clients, &arguments.parameters).await?;
            let options = arguments.options(&place);
            container::deploy(&clients, environment, release.as_ref(), &options).await?;
        }
        Command::Diff(arguments) => {
            let release = Release::prepare(&clients, &arguments.parameters).await?;
            let parameters = place.parameters(arguments.parameters.into());
            let release = release.as_ref();
            let drift = arguments.drift;
            let diff = container::diff(&clients, environment, release, parameters, drift).await?;
            Output::from(arguments.format).show(&diff);
            return Ok(difference(arguments.exit_code, &diff));
        }
        Command::Execute(arguments) => {
            let options = arguments.options();
            container::execute(&clients, environment, &arguments.name, &options).await?;
        }
        Command::Destroy(arguments) => {
            let prefix = place.prefix.as_deref();
            container::destroy(&clients, environment, prefix, &arguments.options()).await?;
        }
        Command::Follow(following) => {
            container::follow(&clients, environment, &following.into()).await?;
        }
        status @ Command::Status { .. } => {
            let stack = container::stack(environment);
            return Ok(status.run(&clients, &stack, &place).await?);
        }
    }
    Ok(ExitCode::SUCCESS)
}
