use std::io;
use std::path::{Path, PathBuf};

use connect::ProxyError;
use deploy::render::Shown;

use super::Architecture;
use super::answer::{Failure, is_passing};
use super::retry::Retry;

/// Why there is no image, or why it is not where it should be: one sentence, with the way out.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// As for every stack.
    #[error(transparent)]
    Deploy(#[from] deploy::Error),
    /// `dist/` was never made.
    #[error("there is no {}: run `task build-app`, which makes it", Shown(.0.display()))]
    NoDist(PathBuf),
    /// Something is missing in `dist/`.
    #[error("{} is missing: run `task build-app`, which makes all of dist/", Shown(.0.display()))]
    Incomplete(PathBuf),
    /// The sources have changed since.
    #[error("{} was built from other sources than those that are here: run `task build-app` again", Shown(.0.display()))]
    Stale(PathBuf),
    /// What is there instead of certificates is something else.
    #[error("{} holds no certificates (PEM), without which no endpoint of AWS can be trusted: run `task build-app` again", Shown(.0.display()))]
    NoCertificates(PathBuf),
    /// What is written about the build cannot be read.
    #[error("{} cannot be understood ({}): run `task build-app` again", Shown(.0.display()), Shown(.1))]
    BuildInfo(PathBuf, String),
    /// The binary cannot be one.
    #[error("{} is not a Linux binary: run `task build-app`, which makes one", Shown(.0.display()))]
    NotElf(PathBuf),
    /// The binary needs libraries that the image does not have.
    #[error("{} is not static, and the image has no libraries for it: run `task build-app`, which links them in", Shown(.0.display()))]
    NotStatic(PathBuf),
    /// The binary is for a CPU that Fargate does not have.
    #[error("{} is for another CPU than x86-64 and ARM64 (ELF machine {}): run `task build-app`", Shown(.0.display()), .1)]
    UnknownCpu(PathBuf, u16),
    /// A name that is not Unicode.
    #[error("{} has a name that is not Unicode: rename it", Shown(.0.display()))]
    Name(PathBuf),
    /// A file cannot be read or written.
    #[error("{}: {}", Shown(.0.display()), Shown(.1))]
    File(PathBuf, #[source] io::Error),
    /// Packing in memory has failed.
    #[error("the image cannot be packed: {0}")]
    Pack(#[source] io::Error),
    /// There are no sources to build from.
    #[error("the sources of the app are not here: change to the directory of the workspace")]
    NoWorkspace,
    /// A program of the toolchain cannot be started.
    #[error("{0} cannot be started ({1}): install Rust from https://rustup.rs")]
    NoCargo(&'static str, #[source] io::Error),
    /// The toolchain cannot build for the target.
    #[error("Rust cannot build for {0} yet: run `rustup target add {0}`")]
    NoTarget(String),
    /// Nothing links for the other machine.
    #[error(
        "there is no linker for Linux on {gnu}: install one (Debian: `apt install gcc-{debian}-linux-gnu`, macOS: `brew install messense/macos-cross-toolchains/{gnu}-unknown-linux-gnu`, Windows: build inside WSL), or build the image with the Dockerfile",
        gnu = .0.gnu(), debian = .0.gnu().replace('_', "-")
    )]
    NoLinker(Architecture),
    /// Cargo has said why.
    #[error("the app could not be built: cargo has said why above")]
    Build,
    /// Not a reference of an image.
    #[error("{} is not a place for an image ({}): write it as ghcr.io/me/showtable:1", Shown(.0), Shown(.1))]
    Reference(String, String),
    /// A user name without a password.
    #[error("--username needs a password: export it as REGISTRY_PASSWORD")]
    NoPassword,
    /// A file with logins is not written as it should be.
    #[error(
        "{} is not what `docker login` and `podman login` write (line {line}, column {column}): correct it, or log in again",
        Shown(.path.display())
    )]
    LoginFile {
        /// The file.
        path: PathBuf,
        /// The line, counted from 1.
        line: usize,
        /// The column, counted from 1.
        column: usize,
    },
    /// The login that a file names cannot be used.
    #[error(
        "the login for {registry} in {} cannot be used: {}; mend that, or pass --username and export REGISTRY_PASSWORD",
        Shown(.path.display()),
        Shown(reason)
    )]
    Login {
        /// The registry.
        registry: String,
        /// The file.
        path: PathBuf,
        /// Why not.
        reason: String,
    },
    /// The registry wants to know who this is, or knows and refuses.
    #[error(
        "{registry} does not let you push to {repository}: log in with `docker login {registry}` (or `podman login`), or pass --username and export REGISTRY_PASSWORD, as somebody who may"
    )]
    Forbidden {
        /// The registry.
        registry: String,
        /// The repository.
        repository: String,
    },
    /// AWS does not allow an action on ECR.
    #[error(
        "your AWS identity may not do {action} ({}): have it allowed, or push the image elsewhere with `container image --push` and deploy it with --image",
        Shown(message)
    )]
    EcrDenied {
        /// The action that a policy has to allow.
        action: &'static str,
        /// AWS's own message.
        message: String,
    },
    /// Somebody has given the repository a lifecycle policy that cannot be read.
    #[error(
        "the lifecycle policy of the repository go-on-aws/showtable cannot be read: look at it with `aws ecr get-lifecycle-policy --repository-name go-on-aws/showtable`, correct it, or remove it with `aws ecr delete-lifecycle-policy --repository-name go-on-aws/showtable`; the next deploy makes a new one"
    )]
    LifecyclePolicy,
    /// ECR gave a login that cannot be read.
    #[error(
        "ECR gave no login that can be used: check AWS_ENDPOINT_URL, which answers in its place if it is set"
    )]
    NoEcrLogin,
    /// The registry has no such repository.
    #[error("{registry} has no repository {repository}: make it first")]
    NoRepository {
        /// The registry.
        registry: String,
        /// The repository.
        repository: String,
    },
    /// The registry did not answer, or broke off again and again.
    #[error(
        "the push to {registry} was interrupted ({}): check that it can be reached, and run this again, which sends only what is missing",
        Shown(reason)
    )]
    Interrupted {
        /// The registry.
        registry: String,
        /// What happened.
        reason: String,
    },
    /// A proxy stands between.
    #[error("{registry} cannot be reached: {}", Shown(err))]
    Proxy {
        /// The registry.
        registry: String,
        /// What the proxy does.
        #[source]
        err: Box<ProxyError>,
    },
    /// The registry wants a longer pause than a push makes.
    #[error(
        "{registry} limits requests and asks for a pause of {pause}, longer than a push waits: run this again after it, which sends only what is missing"
    )]
    Limited {
        /// The registry.
        registry: String,
        /// How long it wants no request.
        pause: String,
    },
    /// The registry has said no.
    #[error("{registry} refused the image: {}", Shown(reason))]
    Refused {
        /// The registry.
        registry: String,
        /// What it said.
        reason: String,
    },
    /// The registry has something else than what was sent.
    #[error(
        "{registry} does not hold what was sent: the image is {ours}, and it answers with {}: do not deploy from this registry",
        Shown(claimed)
    )]
    Lied {
        /// The registry.
        registry: String,
        /// The digest of the image.
        ours: String,
        /// What the registry says.
        claimed: String,
    },
    /// A tag stands for one image.
    #[error(
        "{reference} is another image already ({}, and this one is {ours}): push under another tag, or pass --move-tag to make the tag stand for this one",
        Shown(present)
    )]
    TagTaken {
        /// The place with the tag.
        reference: String,
        /// The digest that has the tag.
        present: String,
        /// The digest that was to get it.
        ours: String,
    },
}

impl Error {
    /// For `map_err`, which knows the error and not the path.
    pub(crate) fn file(path: &Path) -> impl FnOnce(io::Error) -> Self + use<> {
        let path = path.to_owned();
        move |err| Self::File(path, err)
    }

    /// What a registry's answer comes to.
    pub(crate) fn registry(registry: &str, repository: &str, failure: &Failure) -> Self {
        let registry = registry.to_owned();
        let reason = failure.reason.clone();
        if let Some(err) = failure.proxy.clone() {
            return Self::Proxy { registry, err };
        }
        if let Retry::NotBefore(pause) = failure.retry {
            let pause = deploy::duration::words(pause.as_secs());
            return Self::Limited { registry, pause };
        }
        match failure.status.map(|status| status.as_u16()) {
            Some(401 | 403) => Self::Forbidden {
                registry,
                repository: repository.to_owned(),
            },
            Some(404) => Self::NoRepository {
                registry,
                repository: repository.to_owned(),
            },
            None => Self::Interrupted { registry, reason },
            Some(status) if is_passing(status) => Self::Interrupted { registry, reason },
            Some(_) => Self::Refused { registry, reason },
        }
    }
}
