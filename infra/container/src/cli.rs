//! The command line of the program.

use std::io;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};
use deploy::cli::{Cli, Command, Consent, EXIT_CODES, EnvironmentArgs, Format, difference};
use deploy::render::Shown;
use deploy::{Clients, Following, Options, Output, Parameters};

use crate::credentials::Credentials;
use crate::image::cli::{BuildAppArguments, ImageArguments};
use crate::{Down, Error, Flags, Logs, Release, Up};

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
    /// Return to the image that ran before this one; a second rollback undoes the first
    Rollback(Rollback),
    /// Show the logs of the tasks
    Logs(Logs),
    /// Show and change who may log in
    #[command(subcommand)]
    Credentials(Credentials),
    /// Print the address of the page, and open it in the browser
    Open,
    /// Bring everything up: network, table and image side by side, then the service
    Up(Up),
    /// Take everything down: first the service, then the table, then the network
    Down(Down),
    /// Build the app as a static binary, and put everything that its image needs into dist/
    BuildApp(BuildAppArguments),
    /// Make the image of dist/ without Docker, and write it to disk or push it
    Image(ImageArguments),
}

#[derive(Debug, Args)]
struct Rollback {
    #[command(flatten)]
    consent: Consent,
    #[command(flatten)]
    format: Format,
    #[command(flatten)]
    following: Following,
}

/// Runs the command.
pub async fn run(program: Program) -> Result<ExitCode, Error> {
    let Cli { env, command } = program.cli;
    let environment = &env.environment;
    match command {
        Verb::Stack(command) => return Box::pin(run_on_stack(&env, command)).await,
        Verb::BuildApp(arguments) => return Ok(arguments.run()?),
        Verb::Image(arguments) => return Ok(arguments.run().await?),
        Verb::Rollback(arguments) => {
            let clients = Clients::from_env().await?;
            crate::rollback(&clients, environment, &arguments.options(&env)).await?;
        }
        Verb::Logs(arguments) => {
            let clients = Clients::from_env().await?;
            crate::logs(&clients, environment, &arguments, &mut io::stdout()).await?;
        }
        Verb::Credentials(command) => {
            command.run(&Clients::from_env().await?, &env).await?;
        }
        Verb::Open => {
            let clients = Clients::from_env().await?;
            let url = crate::url(&clients, environment).await?;
            Output::Lines.result(&Shown(&url).to_string());
            crate::open(&url)?;
        }
        Verb::Up(arguments) => {
            Box::pin(crate::up(&Clients::from_env().await?, &env, arguments)).await?;
        }
        Verb::Down(arguments) => {
            crate::down(&Clients::from_env().await?, &env, &arguments).await?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Runs a command that every stack has.
async fn run_on_stack(env: &EnvironmentArgs, command: Command<Flags>) -> Result<ExitCode, Error> {
    let clients = Clients::from_env().await?;
    let environment = &env.environment;
    match command {
        Command::Deploy(arguments) => {
            let release = Release::prepare(&clients, &arguments.parameters).await?;
            let release = release.as_ref();
            let only_create = arguments.no_execute;
            let options = arguments.options(env);
            if only_create {
                crate::create_change_set(&clients, environment, release, &options).await?;
            } else {
                crate::deploy(&clients, environment, release, &options).await?;
            }
        }
        Command::Diff(arguments) => {
            let release = Release::prepare(&clients, &arguments.parameters).await?;
            let parameters = env.parameters(arguments.parameters.into());
            let release = release.as_ref();
            let drift = arguments.drift;
            let diff = crate::diff(&clients, environment, release, parameters, drift).await?;
            Output::from(arguments.format).show(&diff);
            return Ok(difference(arguments.exit_code, &diff));
        }
        Command::Execute(arguments) => {
            let options = arguments.options();
            crate::execute(&clients, environment, &arguments.name, &options).await?;
        }
        Command::Destroy(arguments) => {
            let prefix = env.prefix.as_deref();
            crate::destroy(&clients, environment, prefix, &arguments.options()).await?;
        }
        Command::Follow(following) => {
            crate::follow(&clients, environment, &following.into()).await?;
        }
        status @ Command::Status { .. } => {
            let code = status
                .run(&clients, &crate::stack(environment), env)
                .await?;
            for sentence in crate::missing_images(&clients, environment).await? {
                Output::Lines.progress(&sentence);
            }
            return Ok(code);
        }
    }
    Ok(ExitCode::SUCCESS)
}

impl Rollback {
    fn options(self, env: &EnvironmentArgs) -> Options {
        Options {
            parameters: env.parameters(Parameters::new()),
            approval: self.consent.into(),
            output: self.format.into(),
            following: self.following,
            ..Options::default()
        }
    }
}
