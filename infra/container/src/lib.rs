//! The load balancer with Fargate behind it.
//!
//! Beside the stack, a deployment takes care of two things that no template can: it finds out
//! which image to run, and it makes the first account with a random password.

mod credentials;
mod down;
mod guard;
pub mod image;
mod logs;
mod open;
mod parameters;
mod previous;
mod program;
mod release;
mod repository;
mod sighting;
mod timeline;
mod up;
mod witness;

use std::path::PathBuf;
use std::sync::Arc;

use deploy::render::Shown;
use deploy::{Clients, Deployed, Diff, Environment, Options, Parameters, Prepared, Stack};

pub use down::{Down, down};
use guard::Guard;
pub use guard::missing_images;
pub use logs::{Logs, logs};
pub use open::{open, url};
pub use parameters::Flags;
use parameters::{complete, with_hand_overs};
pub use release::Release;
pub use up::{Up, up};
use witness::ServiceWitness;

/// The stack, which is deployed from the VPC and the subnets that the stack `vpc` hands over.
pub static STACK: Stack =
    Stack::new("container", include_str!("../template.yaml")).reading_from("vpc");

/// The stack in an environment, with the network and the table of that environment.
#[must_use]
pub fn stack(environment: &Environment) -> Stack {
    let mut stack = STACK.in_environment(environment);
    stack.defaults = with_hand_overs(stack.defaults);
    if !environment.is_default() {
        let table = environment.stack_name("table");
        stack.defaults.insert("TableStack".to_owned(), table);
    }
    stack
}

/// Why a command for this stack came to nothing.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// As for every stack.
    #[error(transparent)]
    Deploy(#[from] deploy::Error),
    /// There is no image, or it is not where it should be.
    #[error(transparent)]
    Image(#[from] image::Error),
    /// What is asked for is not what is there.
    #[error(
        "dist/ is built for {built}, not for {asked}: run `task build-app -- --architecture {}`, or leave --cpu-architecture out",
        if asked == "ARM64" { "aarch64" } else { "x86_64" }
    )]
    OtherCpu {
        /// What its binary is for, as ECS calls it.
        built: &'static str,
        /// What the option says.
        asked: String,
    },
    /// There is no image yet.
    #[error(
        "container has no image yet: run `task build-app` first, or pass --image with the URI of one, for example --image 123456789012.dkr.ecr.eu-central-1.amazonaws.com/showtable:1"
    )]
    NoImage,
    /// The stack remembers no image before the present one.
    #[error(
        "{stack} has run one image only: deploy another with `task deploy-container -- --image URI`"
    )]
    NoPreviousImage {
        /// The name of the stack.
        stack: String,
    },
    /// The image before the present one was deleted.
    #[error(
        "{} is no longer in the repository: check out the sources of that time, and run `task build-app deploy-container`",
        Shown(.0)
    )]
    PreviousImageGone(String),
    /// The stack has no page to show.
    #[error(
        "{stack} is in {} and has no page yet: run `{}`",
        Shown(status),
        deploy::task("deploy", stack)
    )]
    NoUrl {
        /// The name of the stack.
        stack: String,
        /// Its status.
        status: deploy::Status,
    },
    /// No program opens addresses here.
    #[error("no browser could be started: open the address yourself ({0})")]
    NoBrowser(std::io::Error),
    /// The program of another stack is not where it should be.
    #[error(
        "{} is not there: run `task up` and `task down`, which build the programs of all stacks",
        Shown(.0.display())
    )]
    NoProgram(PathBuf),
    /// The program of another stack could not be run.
    #[error("{} cannot be run: {}", Shown(.0.display()), Shown(.1))]
    NotRun(PathBuf, std::io::Error),
    /// The programs of other stacks have said why they failed.
    #[error(
        "{} did not come to a good end, as said above: run the same again when the cause is gone",
        .0.join(" and ")
    )]
    Others(Vec<&'static str>),
}

/// Deploys the stack, and makes the first account where there is none.
///
/// The account is made and the image is pushed before the service starts, which cannot run without
/// them, and only after the changes were approved.
pub async fn deploy(
    clients: &Clients,
    environment: &Environment,
    release: Option<&Release>,
    options: &Options,
) -> Result<Deployed, Error> {
    let stack = stack(environment);
    let (options, prefix) = completed(clients, &stack, release, options).await?;
    let approved = Box::pin(deploy::approve(clients, &stack, &options)).await?;
    let mut guard = Guard::new(clients, &stack, options.output);
    let ready = async {
        guard.begin(image(&options)).await?;
        // Also where nothing changes: somebody may have deleted the image.
        if let Some(release) = release {
            release.push(clients, environment, options.output).await?;
        }
        Ok::<_, Error>(credentials::make_if_missing(clients, &prefix).await?)
    };
    let made = match Box::pin(ready).await {
        Ok(made) => made,
        Err(err) => {
            if let Prepared::Changes(plan) = approved {
                deploy::discard(clients, plan).await?;
            }
            guard.end(None).await;
            return Err(err);
        }
    };
    let deployed = finish(clients, &stack, approved, &options, &prefix, made).await;
    let state = deployed.as_ref().ok().map(|deployed| &deployed.state);
    guard.end(state).await;
    deployed
}

/// Makes the change set and leaves it to [`execute`]; the image is pushed now, since whoever
/// executes it need not have it.
pub async fn leave(
    clients: &Clients,
    environment: &Environment,
    release: Option<&Release>,
    options: &Options,
) -> Result<(), Error> {
    let stack = stack(environment);
    let (options, _) = completed(clients, &stack, release, options).await?;
    let mut guard = Guard::new(clients, &stack, options.output);
    Box::pin(guard.begin(image(&options))).await?;
    if let Some(release) = release {
        Box::pin(release.push(clients, environment, options.output)).await?;
        release.keep(clients, environment).await?;
    }
    Ok(deploy::create_plan(clients, &stack, &options).await?)
}

/// Executes a change set that was left earlier, and makes the first account where there is none.
pub async fn execute(
    clients: &Clients,
    environment: &Environment,
    name: &str,
    options: &Options,
) -> Result<Deployed, Error> {
    let stack = stack(environment);
    let approved = deploy::approve_plan(clients, &stack, name, options).await?;
    let prefix = match &approved {
        Prepared::Changes(plan) => parameters::given_prefix(&plan.parameters),
        Prepared::Unchanged(state) => parameters::given_prefix(&state.parameters),
    };
    let prefix = parameters::prefix(&stack, prefix, None);
    let incoming = match &approved {
        Prepared::Changes(plan) => plan.parameters.iter().find(|one| one.key == "Image"),
        Prepared::Unchanged(_) => None,
    };
    let mut guard = Guard::new(clients, &stack, options.output);
    guard.begin(incoming.map(|one| one.value.as_str())).await?;
    let made = credentials::make_if_missing(clients, &prefix).await?;
    let options = witnessed(clients, options);
    let deployed = finish(clients, &stack, approved, &options, &prefix, made).await;
    let state = deployed.as_ref().ok().map(|deployed| &deployed.state);
    guard.end(state).await;
    deployed
}

/// Deploys the image that ran before the present one, which then is the one before; all else is as
/// in a deployment.
pub async fn rollback(
    clients: &Clients,
    environment: &Environment,
    options: &Options,
) -> Result<Deployed, Error> {
    let mut options = options.clone();
    let previous = previous::find(clients, environment).await?;
    options.parameters.extend(previous);
    deploy(clients, environment, None, &options).await
}

/// Finds out what a deployment would change, and leaves nothing behind.
pub async fn diff(
    clients: &Clients,
    environment: &Environment,
    release: Option<&Release>,
    mut parameters: Parameters,
    with_drift: bool,
) -> Result<Diff, Error> {
    let stack = stack(environment);
    parameters.extend(release.map(Release::parameters).unwrap_or_default());
    let (parameters, _) = complete(clients, &stack, parameters).await?;
    Ok(deploy::diff(clients, &stack, &parameters, with_drift).await?)
}

/// Follows what runs on the stack to its end, with an eye on the service.
pub async fn follow(
    clients: &Clients,
    environment: &Environment,
    options: &Options,
) -> Result<(), Error> {
    let options = witnessed(clients, options);
    Ok(deploy::attach(clients, &stack(environment), &options).await?)
}

/// Deletes the stack, and then the accounts and the images.
///
/// Without a stack the accounts are found by `prefix`, and both are asked about on their own.
pub async fn destroy(
    clients: &Clients,
    environment: &Environment,
    prefix: Option<&str>,
    options: &Options,
) -> Result<(), Error> {
    let stack = stack(environment);
    let output = options.output;
    let state = deploy::find(clients, &stack.name).await?;
    let prefix = parameters::prefix(&stack, prefix, state.as_ref());
    let name = credentials::name(&prefix);
    if state.is_some() {
        output.progress(&format!(
            "The accounts in {} are deleted with the stack",
            Shown(&name)
        ));
    }
    let image = state.as_ref().and_then(|state| state.parameter("Image"));
    if image.and_then(repository::reference).is_some() {
        output.progress(&format!(
            "The images of {environment} in the repository {} are deleted with the stack",
            image::ecr::REPOSITORY
        ));
    }
    let destroyed = deploy::destroy(clients, &stack, options).await?;
    if destroyed.is_none() && credentials::exist(clients, &prefix).await? {
        let question = format!("Delete the accounts in {name}?");
        let reason = format!("{name} would be deleted");
        options.approval.of_destruction(&reason, &question).await?;
    }
    if credentials::delete(clients, &prefix).await? {
        output.result(&format!("✅  {} is deleted", Shown(name)));
    }
    let was_asked = destroyed.is_some();
    repository::delete(clients, environment, was_asked, options).await
}

/// The image that the options ask for.
fn image(options: &Options) -> Option<&str> {
    options.parameters.get("Image").map(String::as_str)
}

/// The options with all that follows from what stands, and the prefix of the SSM parameters.
async fn completed(
    clients: &Clients,
    stack: &Stack,
    release: Option<&Release>,
    options: &Options,
) -> Result<(Options, String), Error> {
    let mut given = options.parameters.clone();
    given.extend(release.map(Release::parameters).unwrap_or_default());
    let (parameters, prefix) = complete(clients, stack, given).await?;
    let options = Options {
        parameters,
        ..witnessed(clients, options)
    };
    Ok((options, prefix))
}

/// The options with somebody who looks at the service while it rolls out.
fn witnessed(clients: &Clients, options: &Options) -> Options {
    let mut options = options.clone();
    options.following.witness = Some(Arc::new(ServiceWitness::new(clients)));
    options
}

/// Executes what was approved, and says how to read the accounts.
async fn finish(
    clients: &Clients,
    stack: &Stack,
    approved: Prepared,
    options: &Options,
    prefix: &str,
    made: bool,
) -> Result<Deployed, Error> {
    let deployed = Box::pin(deploy::execute(clients, stack, approved, options)).await?;
    options
        .output
        .result(&credentials::how_to_read(prefix, made));
    Ok(deployed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_environment_has_a_network_and_a_table_of_its_own() {
        let staging = "staging".parse().expect("a good name");
        let defaults = stack(&staging).defaults;
        assert_eq!(defaults["VpcId"], "/go-on-aws/staging/vpc");
        assert_eq!(defaults["TableStack"], "staging-table");
        assert!(stack(&Environment::DEFAULT).defaults.is_empty());
    }

    /// A deployment can run on any thread of a server, which the compiler checks here.
    #[test]
    fn a_deployment_is_send() {
        fn is_send<T: Send>(_: impl Fn(Clients, Options) -> T) {}
        const DEFAULT: Environment = Environment::DEFAULT;
        is_send(|clients, options| async move {
            deploy(&clients, &DEFAULT, None, &options).await.map(drop)
        });
        is_send(
            |clients, options| async move { destroy(&clients, &DEFAULT, None, &options).await },
        );
    }
}
