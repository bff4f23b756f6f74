use std::io;
use std::path::PathBuf;

use deploy::render::Shown;

use crate::credentials_error::CredentialsError;
use crate::image;

/// Why a command failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// An error that every stack can have.
    #[error(transparent)]
    Deploy(#[from] deploy::Error),
    /// The image could not be made or pushed.
    #[error(transparent)]
    Image(#[from] image::Error),
    /// The accounts of the app could not be read or changed.
    #[error(transparent)]
    Credentials(#[from] CredentialsError),
    /// The requested CPU differs from the one that `dist/` was built for.
    #[error(
        "dist/ is built for {built}, not for {requested}: run `task build-app -- --architecture {}`, or leave --cpu-architecture out",
        if requested == "ARM64" { "aarch64" } else { "x86_64" }
    )]
    OtherCpu {
        /// The CPU of the binary in `dist/`, as ECS calls it.
        built: &'static str,
        /// The CPU that the option names.
        requested: String,
    },
    /// The page has no HTTPS.
    #[error("a login at an identity provider needs HTTPS: add --domain NAME or --certificate ARN")]
    OidcWithoutHttps,
    /// HTTPS is to be turned off.
    #[error(
        "the users of this stack log in at an identity provider, which needs HTTPS: keep it, or add --no-oidc"
    )]
    OidcUsesHttps,
    /// The issuer is not a URL with HTTPS.
    #[error("{} is not an issuer: write --oidc as https://HOST, as the provider names itself", Shown(.0))]
    NoIssuer(String),
    /// The provider did not answer.
    #[error(
        "{} cannot be read ({}): check the URL of --oidc",
        Shown(url),
        Shown(reason)
    )]
    ProviderUnreachable {
        /// The address of its description.
        url: String,
        /// Why.
        reason: String,
    },
    /// The description lacks something.
    #[error(
        "{} {}: check the URL of --oidc, or choose another provider",
        Shown(url),
        Shown(what)
    )]
    ProviderUnusable {
        /// The address of the description.
        url: String,
        /// What is wrong with it.
        what: String,
    },
    /// There is no image yet.
    #[error(
        "container has no image yet: run `task build-app` first, or pass --image with the URI of an image, for example --image 123456789012.dkr.ecr.eu-central-1.amazonaws.com/showtable:1"
    )]
    NoImage,
    /// The stack has no previous image.
    #[error(
        "{stack} has no previous image to roll back to: deploy another with `task deploy-container -- --image URI`"
    )]
    NoPreviousImage {
        /// The name of the stack.
        stack: String,
    },
    /// The previous image was deleted.
    #[error(
        "{} is no longer in the repository: check out the sources of that version, and run `task build-app deploy-container`",
        Shown(.0)
    )]
    PreviousImageGone(String),
    /// The stack has no output with the address of the page.
    #[error(
        "{stack} has no address yet (status {}): run `{}`",
        Shown(status),
        deploy::task("deploy", stack)
    )]
    NoUrl {
        /// The name of the stack.
        stack: String,
        /// Its status.
        status: deploy::Status,
    },
    /// No browser could be started.
    #[error("no browser could be started: open the address yourself ({0})")]
    NoBrowser(io::Error),
    /// Route 53 did not tell its hosted zones.
    #[error(
        "Route 53 did not name its hosted zones: allow route53:ListHostedZones, or pass the zone of {} with --hosted-zone ID ({})",
        Shown(domain),
        Shown(reason)
    )]
    NoHostedZones {
        /// The domain of the page.
        domain: String,
        /// AWS's own words.
        reason: String,
    },
    /// The program of another stack was not built.
    #[error(
        "{} does not exist: run `task up` or `task down`, which build the programs of all stacks",
        Shown(.0.display())
    )]
    NoProgram(PathBuf),
    /// The program of another stack could not be run.
    #[error("{} cannot be run: {}", Shown(.0.display()), Shown(.1))]
    NotRun(PathBuf, io::Error),
    /// The programs of other stacks failed, and have printed why.
    #[error(
        "{} failed (see above): correct the cause, and run the same command again",
        .0.join(" and ")
    )]
    ProgramsFailed(Vec<&'static str>),
}
