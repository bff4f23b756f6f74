//! The servers that are compared. Each is a process of its own, so that its time and memory can be
//! measured.

use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::Path;
use std::process::{ExitCode, Stdio};
use std::time::{Duration, Instant};
use std::{env, io};

use anyhow::{Context, anyhow, bail, ensure};
use clap::ValueEnum;
use tokio::net::TcpListener;
use tokio::process::{Child, Command};

use crate::confine::Confined;
use crate::process::Usage;
use crate::stub::{Stub, table_name};
use crate::{floor, load, typed};

/// A start that takes longer than this has failed.
const START_TIMEOUT: Duration = Duration::from_secs(10);
const CERTIFICATES: &str = "/etc/ssl/certs/ca-certificates.crt";
/// How often a start is checked. This is short against the time to the first `/ping`.
const START_POLL: Duration = Duration::from_micros(100);

/// What a process of this program can be instead of the bench.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub(crate) enum Role {
    /// The pass-through floor
    Floor,
    /// The viewer
    Showtable,
    /// The typed-SDK way
    Typed,
    /// An older build of the program that is measured
    #[value(skip)]
    Before,
    /// An outside program
    #[value(skip)]
    DynamodbAdmin,
}

/// The files of the programs that are not this one.
#[derive(Clone, Copy)]
pub(crate) struct Programs<'a> {
    /// The showtable that is measured; without it, the one that is built with the bench.
    pub(crate) measured: Option<&'a Path>,
    /// An older one.
    pub(crate) before: Option<&'a Path>,
}

/// The settings of the servers that exist only for the bench.
pub(crate) struct Settings {
    pub(crate) listen_addr: SocketAddr,
    pub(crate) endpoint: String,
    prefix: String,
}

/// A server that answers. It is killed when this is dropped.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    /// The time from its start to its first response.
    pub(crate) started_in: Duration,
    process: Child,
}

/// Runs the server of a role.
pub(crate) async fn act(role: Role) -> ExitCode {
    let outcome = match role {
        Role::Showtable => return showtable::main([OsString::from("showtable")]).await,
        Role::Floor => run(floor::serve).await,
        Role::Typed => run(typed::serve).await,
        Role::Before | Role::DynamodbAdmin => Err(anyhow!("it is a program of its own")),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(err) => {
            eprintln!("error: {role:?}: {err:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(serve: impl AsyncFnOnce(Settings) -> anyhow::Result<()>) -> anyhow::Result<()> {
    let variable = |name| env::var(name).with_context(|| format!("{name} is not set"));
    serve(Settings {
        listen_addr: variable("LISTEN_ADDR")?.parse()?,
        endpoint: variable("AWS_ENDPOINT_URL")?,
        prefix: variable("PARAMETER_PREFIX")?,
    })
    .await
}

impl Role {
    /// This program as the server of the role.
    fn program(self) -> io::Result<Vec<OsString>> {
        let program = env::current_exe()?;
        Ok(vec![program.into(), "--role".into(), self.name().into()])
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Floor => "floor",
            Self::Showtable => "showtable",
            Self::Typed => "typed",
            Self::Before => "before",
            Self::DynamodbAdmin => "dynamodb-admin",
        }
    }
}

impl Programs<'_> {
    /// The program of a role, with its arguments.
    fn of(self, role: Role) -> io::Result<Vec<OsString>> {
        let binary = match role {
            Role::Showtable => self.measured,
            Role::Before => self.before,
            _ => None,
        };
        binary.map_or_else(|| role.program(), |path| Ok(vec![path.into()]))
    }
}

impl Settings {
    /// The stub has a parameter for each table, whose value is its own name.
    pub(crate) fn table(&self) -> &str {
        self.prefix.trim_start_matches('/')
    }
}

impl Server {
    /// Starts a role for a table with this many items.
    pub(crate) async fn start(
        role: Role,
        items: u32,
        stub: &Stub,
        programs: Programs<'_>,
    ) -> anyhow::Result<Self> {
        Self::start_with(role, items, stub, programs, &[]).await
    }

    /// Starts a role with more variables.
    pub(crate) async fn start_with(
        role: Role,
        items: u32,
        stub: &Stub,
        programs: Programs<'_>,
        variables: &[(&str, &str)],
    ) -> anyhow::Result<Self> {
        let program = programs.of(role)?;
        let mut command = Command::new(&program[0]);
        command.args(&program[1..]);
        Self::run(command, items, stub, variables).await
    }

    /// Starts the showtable that is measured on the machine of a small task.
    pub(crate) async fn start_in(
        confined: &mut Confined,
        items: u32,
        stub: &Stub,
        programs: Programs<'_>,
        variables: &[(&str, &str)],
    ) -> anyhow::Result<Self> {
        let command = confined.command(&programs.of(Role::Showtable)?);
        let server = Self::run(command, items, stub, variables).await?;
        confined.hold(server.process()?);
        Ok(server)
    }

    async fn run(
        mut command: Command,
        items: u32,
        stub: &Stub,
        variables: &[(&str, &str)],
    ) -> anyhow::Result<Self> {
        let address = free_address().await?;
        command
            .env_clear()
            .env("LISTEN_ADDR", address.to_string())
            .env("PARAMETER_PREFIX", format!("/{}", table_name(items)))
            .env(
                "STATIC_DIR",
                concat!(env!("CARGO_MANIFEST_DIR"), "/../static"),
            )
            // As in the image.
            .env("MIMALLOC_PURGE_DELAY", "0")
            .envs(aws_variables(stub))
            .envs(variables.iter().copied());
        if Path::new(CERTIFICATES).exists() {
            // One file, as in the image. A whole system also has a directory of hundreds of files.
            command.env("SSL_CERT_FILE", CERTIFICATES);
        }
        Self::spawn(command, address, "/ping").await
    }

    /// Runs a command, and waits until it answers `path` on `address`.
    pub(crate) async fn spawn(
        mut command: Command,
        address: SocketAddr,
        path: &str,
    ) -> anyhow::Result<Self> {
        let start = Instant::now();
        let mut process = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .with_context(|| {
                format!("cannot start {}", command.as_std().get_program().display())
            })?;
        while !load::answers(address, path).await {
            if let Some(status) = process.try_wait()? {
                bail!("a server ended at once: {status}");
            }
            ensure!(start.elapsed() < START_TIMEOUT, "a server does not start");
            tokio::time::sleep(START_POLL).await;
        }
        Ok(Self {
            address,
            started_in: start.elapsed(),
            process,
        })
    }

    /// Ends the process.
    pub(crate) async fn end(mut self) -> io::Result<()> {
        self.process.kill().await
    }

    /// The id of the process.
    pub(crate) fn process(&self) -> anyhow::Result<u32> {
        self.process.id().context("a server has ended")
    }

    /// The time and memory of the process since its start.
    pub(crate) fn usage(&self) -> anyhow::Result<Usage> {
        Usage::of(self.process()?)
    }
}

/// A command with only the environment that it needs: no setting of the user changes the results.
pub(crate) fn aws_variables(stub: &Stub) -> [(&'static str, String); 6] {
    [
        ("AWS_ENDPOINT_URL", format!("http://{}", stub.address)),
        ("AWS_REGION", "eu-central-1".to_owned()),
        ("AWS_ACCESS_KEY_ID", "bench".to_owned()),
        ("AWS_SECRET_ACCESS_KEY", "bench".to_owned()),
        ("AWS_CONFIG_FILE", "/dev/null".to_owned()),
        ("AWS_SHARED_CREDENTIALS_FILE", "/dev/null".to_owned()),
    ]
}

/// An address that was free a moment ago. A server in another language cannot be given a listener.
pub(crate) async fn free_address() -> anyhow::Result<SocketAddr> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    Ok(listener.local_addr()?)
}
