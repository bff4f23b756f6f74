//! Deletes all stacks, each before the stack that it depends on.

use std::time::Instant;

use clap::Args;
use deploy::cli::{Consent, EnvironmentArgs};
use deploy::{Clients, Following, Options, Output};

use super::program::Program;
use super::timeline::{Timeline, timed};
use crate::Error;

/// The options of `container down`.
#[derive(Debug, Args)]
pub struct Down {
    /// The approval.
    #[command(flatten)]
    pub consent: Consent,
    /// Destroy the stacks even if other stacks were deployed from them
    #[arg(long)]
    pub force: bool,
    /// How to wait for each stack.
    #[command(flatten)]
    pub following: Following,
}

/// Takes down service, table and network, and stops at the first failure. At the end shows how long
/// each step took, even after a failure.
pub async fn down(clients: &Clients, env: &EnvironmentArgs, arguments: &Down) -> Result<(), Error> {
    let mut timeline = Timeline::default();
    let taken_down = take_down(clients, env, arguments, &mut timeline).await;
    Output::Lines.progress(&format!("\n{timeline}"));
    taken_down
}

async fn take_down(
    clients: &Clients,
    env: &EnvironmentArgs,
    arguments: &Down,
    timeline: &mut Timeline,
) -> Result<(), Error> {
    let options = Options {
        approval: arguments.consent.into(),
        output: Output::Lines,
        force: arguments.force,
        following: arguments.following.clone(),
        ..Options::default()
    };
    let program = |name| {
        let force = arguments.force.then(|| "--force".to_owned());
        let program = Program::new(name, "destroy", env, options.approval)?;
        Ok::<_, Error>(program.with(options.following.arguments()).with(force))
    };
    let programs = [program("table")?, program("vpc")?];
    let start = Instant::now();
    let prefix = env.prefix.as_deref();
    let destroyed = crate::destroy(clients, &env.environment, prefix, &options);
    let (step, destroyed) = timed(start, "container", Box::pin(destroyed)).await;
    timeline.add(step);
    destroyed?;
    for program in programs {
        let (step, destroyed) = timed(start, program.name, program.run()).await;
        timeline.add(step);
        destroyed?;
    }
    Ok(())
}
