use std::io;
use std::path::{Path, PathBuf};

use connect::ProxyError;
use deploy::render::Shown;

use super::architecture::Architecture;

/// Why an image could not be made or pushed: one sentence that says what to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// An error that every stack can have.
    #[error(transparent)]
    Deploy(#[from] deploy::Error),
    /// `dist/` does not exist.
    #[error("there is no {}: run `task build-app`, which creates it", Shown(.0.display()))]
    NoDist(PathBuf),
    /// A part of `dist/` is missing.
    #[error("{} is missing: run `task build-app`, which creates all of dist/", Shown(.0.display()))]
    Incomplete(PathBuf),
    /// The sources have changed since the build.
    #[error("the sources have changed since {} was built: run `task build-app` again", Shown(.0.display()))]
    Stale(PathBuf),
    /// The file with certificates contains none.
    #[error("{} contains no certificates, so the app could not connect to AWS: run `task build-app` again", Shown(.0.display()))]
    NoCertificates(PathBuf),
    /// `build.json` cannot be parsed.
    #[error("{} cannot be parsed ({}): run `task build-app` again", Shown(.0.display()), Shown(.1))]
    BuildInfo(PathBuf, String),
    /// The binary is not a Linux binary.
    #[error("{} is not a Linux binary: run `task build-app`, which builds one", Shown(.0.display()))]
    NotElf(PathBuf),
    /// The binary needs libraries, which the image does not have.
    #[error("{} is not static, and the image has no libraries: run `task build-app`, which builds a static binary", Shown(.0.display()))]
    NotStatic(PathBuf),
    /// The binary is built for a CPU that Fargate does not have.
    #[error("{} is built for another CPU than x86-64 and ARM64 (ELF machine {}): run `task build-app`", Shown(.0.display()), .1)]
    UnknownCpu(PathBuf, u16),
    /// The name of a file is not Unicode.
    #[error("{} has a name that is not Unicode: rename it", Shown(.0.display()))]
    Name(PathBuf),
    /// A file cannot be read or written.
    #[error("{}: {}", Shown(.0.display()), Shown(.1))]
    File(PathBuf, #[source] io::Error),
    /// Packing the image in memory failed.
    #[error("the image cannot be packed: {0}")]
    Pack(#[source] io::Error),
    /// There are no sources to build from.
    #[error("the sources of the app are not here: change to the directory of the workspace")]
    NoWorkspace,
    /// The directory to fill cannot be replaced by a new one.
    #[error("{} cannot be filled: name a directory, for example dist", Shown(.0.display()))]
    NotFillable(PathBuf),
    /// A program of the Rust toolchain cannot be started.
    #[error("{0} cannot be started ({1}): install Rust from https://rustup.rs")]
    NoCargo(&'static str, #[source] io::Error),
    /// The toolchain cannot build for the target.
    #[error("Rust cannot build for {0} yet: run `rustup target add {0}`")]
    NoTarget(String),
    /// There is no linker for the other CPU or system.
    #[error(
        "there is no linker for Linux on {gnu}: install one (Debian: `apt install gcc-{debian}-linux-gnu`, macOS: `brew install messense/macos-cross-toolchains/{gnu}-unknown-linux-gnu`, Windows: build inside WSL), or build the image with the Dockerfile",
        gnu = .0.gnu(), debian = .0.gnu().replace('_', "-")
    )]
    NoLinker(Architecture),
    /// The build failed, and cargo has printed why.
    #[error("the app could not be built (see the messages of cargo above)")]
    Build,
    /// The crates of the app could not be listed.
    #[error(
        "cargo did not say which crates the app consists of: use the toolchain of rust-toolchain.toml"
    )]
    Crates,
    /// The key cannot sign an image.
    #[error("{} is no private key that can sign an image: make one with `openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out key.pem`", Shown(.0.display()))]
    Key(PathBuf),
    /// The image could not be signed.
    #[error("the image cannot be signed, because this machine has no random numbers")]
    Sign,
    /// The reference of an image is invalid.
    #[error("{} is not a valid reference of an image ({}): write it as ghcr.io/me/showtable:1", Shown(.0), Shown(.1))]
    Reference(String, String),
    /// There is a user name, but no password.
    #[error("--username needs a password: export it as REGISTRY_PASSWORD")]
    NoPassword,
    /// A file with logins cannot be parsed.
    #[error(
        "{} is not in the format of `docker login` and `podman login` (line {line}, column {column}): correct it, or log in again",
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
    /// The login in a file cannot be used.
    #[error(
        "the login for {registry} in {} cannot be used: {}; correct that, or pass --username and export REGISTRY_PASSWORD",
        Shown(.path.display()),
        Shown(reason)
    )]
    Login {
        /// The registry.
        registry: String,
        /// The file.
        path: PathBuf,
        /// Why it cannot be used.
        reason: String,
    },
    /// The registry needs a login, or the user may not push.
    #[error(
        "{registry} does not let you push to {repository}: log in with `docker login {registry}` (or `podman login`), or pass --username and export REGISTRY_PASSWORD, as a user who may push"
    )]
    Forbidden {
        /// The registry.
        registry: String,
        /// The repository.
        repository: String,
    },
    /// AWS does not allow an action on ECR.
    #[error(
        "your AWS identity may not call {action} ({}): get permission for it, or push the image to another registry with `container image --push` and deploy it with --image",
        Shown(message)
    )]
    EcrDenied {
        /// The action, or actions, that a policy has to allow.
        action: &'static str,
        /// AWS's own message.
        message: String,
    },
    /// The lifecycle policy of the repository cannot be parsed.
    #[error(
        "the lifecycle policy of the repository go-on-aws/showtable cannot be parsed: show it with `aws ecr get-lifecycle-policy --repository-name go-on-aws/showtable`, correct it, or remove it with `aws ecr delete-lifecycle-policy --repository-name go-on-aws/showtable`; the next deployment creates a new one"
    )]
    LifecyclePolicy,
    /// ECR gave no valid login.
    #[error(
        "ECR gave no valid login: if AWS_ENDPOINT_URL is set, check the endpoint that it names"
    )]
    NoEcrLogin,
    /// The registry has no such repository.
    #[error("{registry} has no repository {repository}: create it first")]
    NoRepository {
        /// The registry.
        registry: String,
        /// The repository.
        repository: String,
    },
    /// The registry did not respond, or the connection broke too often.
    #[error(
        "the push to {registry} was interrupted ({}): check that it can be reached, and run the command again: it sends only what is missing",
        Shown(reason)
    )]
    Interrupted {
        /// The registry.
        registry: String,
        /// What happened.
        reason: String,
    },
    /// A proxy prevents the connection.
    #[error("{registry} cannot be reached: {}", Shown(err))]
    Proxy {
        /// The registry.
        registry: String,
        /// The failure of the proxy.
        #[source]
        err: Box<ProxyError>,
    },
    /// The registry asks for a longer pause than a push waits.
    #[error(
        "{registry} limits requests and asks for a pause of {pause}, longer than a push waits: run the command again after the pause; it sends only what is missing"
    )]
    Limited {
        /// The registry.
        registry: String,
        /// The length of the pause.
        pause: String,
    },
    /// The registry refused the image.
    #[error("{registry} refused the image: {}", Shown(reason))]
    Refused {
        /// The registry.
        registry: String,
        /// What the registry said.
        reason: String,
    },
    /// The registry has another image than the one that was sent.
    #[error(
        "{registry} has another image than the one that was sent ({} instead of {ours}): do not deploy from this registry",
        Shown(claimed)
    )]
    DigestMismatch {
        /// The registry.
        registry: String,
        /// The digest of the image.
        ours: String,
        /// The digest that the registry has.
        claimed: String,
    },
    /// The tag points to another image.
    #[error(
        "{reference} already points to another image ({}; this one is {ours}): push to another tag, or pass --move-tag to move the tag to this image",
        Shown(present)
    )]
    TagTaken {
        /// The reference with the tag.
        reference: String,
        /// The digest that the tag points to.
        present: String,
        /// The digest of the image to push.
        ours: String,
    },
}

impl Error {
    /// Adds the path to an error, for `map_err`.
    pub(crate) fn file(path: &Path) -> impl FnOnce(io::Error) -> Self + use<> {
        let path = path.to_owned();
        move |err| Self::File(path, err)
    }
}
