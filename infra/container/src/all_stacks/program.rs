//! Runs the programs of the other stacks, which are in the same directory as this one. They are
//! not linked, because no stack depends on the code of another.

use std::env::{self, consts::EXE_SUFFIX};
use std::path::PathBuf;
use std::process::{ExitStatus, Stdio};

use deploy::cli::EnvironmentArgs;
use deploy::{Approval, Output};
use tokio::io::{AsyncBufReadExt, AsyncRead, BufReader};
use tokio::process::Command;

use crate::Error;

/// A command of the program of another stack, for example `vpc deploy`.
#[derive(Debug)]
pub(crate) struct Program {
    pub(crate) name: &'static str,
    path: PathBuf,
    command: Command,
}

impl Program {
    /// The command for the same environment, with the same approval.
    pub(crate) fn new(
        name: &'static str,
        verb: &str,
        env: &EnvironmentArgs,
        approval: Approval,
    ) -> Result<Self, Error> {
        let here = env::current_exe().map_err(|err| Error::NotRun(name.into(), err))?;
        let path = here.with_file_name(format!("{name}{EXE_SUFFIX}"));
        if !path.is_file() {
            return Err(Error::NoProgram(path));
        }
        let mut command = Command::new(&path);
        command
            .arg(verb)
            .arg("--env")
            .arg(env.environment.to_string());
        command.arg("--approval").arg(approval.name());
        if let Some(prefix) = &env.prefix {
            command.arg("--prefix").arg(prefix);
        }
        Ok(Self {
            name,
            path,
            command,
        })
    }

    /// Adds arguments.
    pub(crate) fn with(mut self, arguments: impl IntoIterator<Item = String>) -> Self {
        self.command.args(arguments);
        self
    }

    /// Runs it on the terminal of this program.
    pub(crate) async fn run(mut self) -> Result<(), Error> {
        let status = self.command.status().await;
        let status = status.map_err(|err| Error::NotRun(self.path, err))?;
        succeeded(self.name, status)
    }

    /// Runs it in parallel with others. It cannot ask anything, and each of its lines begins with its
    /// name.
    pub(crate) async fn run_beside(mut self, output: Output) -> Result<(), Error> {
        self.command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let not_run = |err| Error::NotRun(self.path.clone(), err);
        let mut child = self.command.spawn().map_err(not_run)?;
        let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
        let ((), (), status) = tokio::join!(
            pass_on(self.name, stdout, output),
            pass_on(self.name, stderr, output),
            child.wait(),
        );
        succeeded(self.name, status.map_err(not_run)?)
    }
}

fn succeeded(name: &'static str, status: ExitStatus) -> Result<(), Error> {
    if status.success() {
        Ok(())
    } else {
        Err(Error::ProgramsFailed(vec![name]))
    }
}

async fn pass_on(name: &str, from: Option<impl AsyncRead + Unpin>, output: Output) {
    let Some(from) = from else { return };
    let mut lines = BufReader::new(from).lines();
    while let Ok(Some(line)) = lines.next_line().await {
        output.progress(&format!("{name:10} {line}"));
    }
}
