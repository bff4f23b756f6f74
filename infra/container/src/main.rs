//! `container deploy`, `diff`, `execute`, `destroy`, `follow`, `status`, `rollback`, `logs`, `open`,
//! `build-app` and `image`; and `container up` and `down` for all stacks together.

use std::io;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};
use container::image::cli::{BuildAppArguments, ImageArguments};
use container::{Down, Error, Flags, Logs, Release, Up};
use deploy::cli::{
    Cli, Command, Consent, EXIT_CODES, EnvironmentArgs, Format, difference, exit_code, parse,
};
use deploy::render::Shown;
use deploy::{Clients, Following, Options, Output, Parameters};

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
    /// Return to the image that was deployed before the present one; again, and it is back
    Rollback(Rollback),
    /// Show what the tasks print
    Logs(Logs),
    /// Print the address of the page, and open it in the browser
    Open,
    /// Bring up all that is missing: network, table and image side by side, then the service
    Up(Up),
    /// Take everything down, in order: service, table, network
    Down(Down),
    /// Build the app as a static binary, with all that its image needs, in dist/
    BuildApp(BuildAppArguments),
    /// Make the image of dist/ without Docker, write it or push it
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

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    exit_code(run(parse::<Program>().cli).await)
}

async fn run(cli: Cli<Verb>) -> Result<ExitCode, Error> {
    let env = cli.env;
    let environment = &env.environment;
    match cli.command {
        Verb::Stack(command) => return run_on_stack(env, command).await,
        Verb::BuildApp(arguments) => return Ok(arguments.run()?),
        Verb::Image(arguments) => return Ok(arguments.run().await?),
        Verb::Rollback(arguments) => {
            let clients = Clients::from_env().await?;
            container::rollback(&clients, environment, &arguments.options(&env)).await?;
        }
        Verb::Logs(wanted) => {
            let clients = Clients::from_env().await?;
            container::logs(&clients, environment, &wanted, &mut io::stdout()).await?;
        }
        Verb::Open => {
            let clients = Clients::from_env().await?;
            let url = container::url(&clients, environment).await?;
            Output::Lines.result(&Shown(&url).to_string());
            container::open(&url)?;
        }
        Verb::Up(arguments) => {
            container::up(&Clients::from_env().await?, &env, arguments).await?;
        }
        Verb::Down(arguments) => {
            container::down(&Clients::from_env().await?, &env, &arguments).await?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

async fn run_on_stack(env: EnvironmentArgs, command: Command<Flags>) -> Result<ExitCode, Error> {
    let clients = Clients::from_env().await?;
    let environment = &env.environment;
    match command {
        Command::Deploy(arguments) if arguments.no_execute => {
            let release = Release::prepare(&clients, &arguments.parameters).await?;
            let options = arguments.options(&env);
            container::leave(&clients, environment, release.as_ref(), &options).await?;
        }
        Command::Deploy(arguments) => {
            let release = Release::prepare(&clients, &arguments.parameters).await?;
            let options = arguments.options(&env);
            container::deploy(&clients, environment, release.as_ref(), &options).await?;
        }
        Command::Diff(arguments) => {
            let release = Release::prepare(&clients, &arguments.parameters).await?;
            let parameters = env.parameters(arguments.parameters.into());
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
            let prefix = env.prefix.as_deref();
            container::destroy(&clients, environment, prefix, &arguments.options()).await?;
        }
        Command::Follow(following) => {
            container::follow(&clients, environment, &following.into()).await?;
        }
        status @ Command::Status { .. } => {
            let stack = container::stack(environment);
            let code = status.run(&clients, &stack, &env).await?;
            for sentence in container::missing_images(&clients, environment).await? {
                Output::Lines.progress(&sentence);
            }
            return Ok(code);
        }
    }
    Ok(ExitCode::SUCCESS)
}
