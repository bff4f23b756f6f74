//! Deploys all stacks. Those that do not depend on each other are deployed side by side.

use std::panic::resume_unwind;
use std::path::Path;
use std::time::Instant;

use clap::Args;
use deploy::cli::{Consent, EnvironmentArgs};
use deploy::render::Shown;
use deploy::{Approval, Clients, Deployed, Following, Options, Output, Parameters};

use super::program::Program;
use super::timeline::{Timeline, timed};
use crate::https::approve_plain_http;
use crate::image::{Architecture, Dist, build_app, default_dist};
use crate::{Error, Flags, Release, stack};

/// The options of `container up`.
#[derive(Debug, Args)]
pub struct Up {
    /// The options for the parameters of the stack `container`.
    #[command(flatten)]
    pub flags: Flags,
    /// The approval.
    #[command(flatten)]
    pub consent: Consent,
    /// How to wait for each stack.
    #[command(flatten)]
    pub following: Following,
}

/// Brings up network, table and image side by side, then the service. At the end shows how long each
/// step took, even after a failure, and then the address of the page.
pub async fn up(clients: &Clients, env: &EnvironmentArgs, arguments: Up) -> Result<(), Error> {
    let mut timeline = Timeline::default();
    let brought_up = bring_up(clients, env, arguments, &mut timeline).await;
    Output::Lines.progress(&format!("\n{timeline}"));
    let outputs = brought_up?.state.outputs;
    if let Some((_, url)) = outputs.iter().find(|(key, _)| key == "ServiceURL") {
        Output::Lines.progress(&format!("\nThe page: {}", Shown(url)));
    }
    Ok(())
}

async fn bring_up(
    clients: &Clients,
    env: &EnvironmentArgs,
    arguments: Up,
    timeline: &mut Timeline,
) -> Result<Deployed, Error> {
    let approval = Approval::from(arguments.consent);
    let given = env.parameters(arguments.flags.clone().into());
    let stack = stack(&env.environment);
    let mut parameters = approve_plain_http(clients, &stack, given, approval).await?;
    let program = |name| {
        let program = Program::new(name, "deploy", env, approval)?;
        Ok::<_, Error>(program.with(arguments.following.arguments()))
    };
    let (vpc, table) = (program("vpc")?, program("table")?);
    let (start, output) = (Instant::now(), Output::Lines);
    let mut of_image = Timeline::default();
    let (vpc, table, image) = tokio::join!(
        timed(start, vpc.name, vpc.run_beside(output)),
        timed(start, table.name, table.run_beside(output)),
        Box::pin(image(clients, env, &arguments.flags, start, &mut of_image)),
    );
    let others = [vpc, table].map(|(step, result)| {
        timeline.add(step);
        result
    });
    timeline.append(of_image);
    parameters.extend(combined(others, image)?);
    let options = Options {
        parameters,
        approval,
        output,
        following: arguments.following,
        ..Options::default()
    };
    let environment = &env.environment;
    // Without a release: the image is pushed already, and the parameters name it.
    let deployed = crate::deploy(clients, environment, None, &options);
    let (step, deployed) = timed(start, "container", Box::pin(deployed)).await;
    timeline.add(step);
    deployed
}

/// The parameters of the image, or the failures of everything that ran side by side as one error.
fn combined(
    others: [Result<(), Error>; 2],
    image: Result<Parameters, Error>,
) -> Result<Parameters, Error> {
    let mut failed = Vec::new();
    for result in others {
        match result {
            Ok(()) => {}
            Err(Error::ProgramsFailed(names)) => failed.extend(names),
            Err(err) => return Err(err),
        }
    }
    match image {
        Err(err) if failed.is_empty() => Err(err),
        Err(err) => {
            Output::Lines.progress(&format!("image      ❌  {err}"));
            failed.push("image");
            Err(Error::ProgramsFailed(failed))
        }
        Ok(_) if !failed.is_empty() => Err(Error::ProgramsFailed(failed)),
        image => image,
    }
}

/// Builds the app if its sources have changed, makes the image and pushes it; returns the parameters
/// of the template that describe it.
async fn image(
    clients: &Clients,
    env: &EnvironmentArgs,
    flags: &Flags,
    start: Instant,
    timeline: &mut Timeline,
) -> Result<Parameters, Error> {
    if flags.image.is_some() {
        return Ok(Parameters::new());
    }
    let dist = flags.dist.clone().unwrap_or_else(default_dist);
    if !is_built(&dist, flags) {
        let architecture = flags.cpu_architecture.as_deref();
        let architecture = architecture.map_or_else(Architecture::of_this_machine, |requested| {
            if requested == Architecture::Arm64.ecs() {
                Architecture::Arm64
            } else {
                Architecture::X86_64
            }
        });
        let task = tokio::task::spawn_blocking(move || {
            build_app(architecture, &dist, Output::Lines).map(drop)
        });
        // A panic of the build is a bug of this program, like any other panic.
        let build = async {
            task.await
                .unwrap_or_else(|err| resume_unwind(err.into_panic()))
        };
        let (step, dist) = timed(start, "build-app", build).await;
        timeline.add(step);
        dist?;
    }
    let push = async {
        let Some(release) = Release::prepare(clients, flags).await? else {
            return Ok(Parameters::new());
        };
        let environment = &env.environment;
        release.push(clients, environment, Output::Lines).await?;
        Ok(release.parameters())
    };
    let (step, parameters) = timed(start, "push", push).await;
    timeline.add(step);
    parameters
}

/// Returns whether `dist/` was built from the present sources and for the requested CPU.
fn is_built(dist: &Path, flags: &Flags) -> bool {
    let Ok(dist) = Dist::open(dist) else {
        return false;
    };
    let is_requested = |cpu: &String| cpu == dist.architecture.ecs();
    flags.cpu_architecture.as_ref().is_none_or(is_requested)
        && (flags.stale || dist.ensure_fresh().is_ok())
}
