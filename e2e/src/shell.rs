//! What a person does in a shell: start the local AWS, build the app, deploy it.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Output, Stdio};

use crate::ROOT;
use crate::binaries::{command, local};

/// The local AWS as a process. It is killed when the test ends.
#[derive(Debug)]
pub struct Shell {
    /// The process.
    pub process: Child,
    output: std::io::Lines<BufReader<ChildStdout>>,
}

impl Drop for Shell {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Shell {
    /// Starts the local AWS with these arguments.
    pub fn start(arguments: &[&str]) -> Self {
        Self::run(local().args(arguments))
    }

    /// Starts the local AWS by this command, which may have its own environment.
    pub fn run(command: &mut Command) -> Self {
        Self::run_in(command, Path::new(ROOT))
    }

    /// Starts the local AWS by this command in a directory.
    pub fn run_in(command: &mut Command, directory: &Path) -> Self {
        let mut process = command
            .current_dir(directory)
            .stdout(Stdio::piped())
            .spawn()
            .expect("the local AWS starts");
        let output = process.stdout.take().expect("its output");
        Self {
            process,
            output: BufReader::new(output).lines(),
        }
    }

    /// Reads on until a line has `text`. Returns the rest of that line.
    pub fn read(&mut self, text: &str) -> String {
        loop {
            let line = self
                .output
                .next()
                .expect("the local AWS goes on printing")
                .expect("text");
            if let Some((_, rest)) = line.split_once(text) {
                return rest.trim().to_owned();
            }
        }
    }

    /// Interrupts it as Ctrl-C does, and waits for its end.
    pub fn interrupt(mut self) {
        signal("-INT", self.process.id());
        let status = self.process.wait().expect("it ends");
        assert!(status.success(), "{status}");
    }
}

/// Sends a signal, as `-KILL`, to a process.
pub fn signal(name: &str, process: u32) {
    let sent = Command::new("kill")
        .args([name, &process.to_string()])
        .status()
        .expect("kill");
    assert!(sent.success());
}

/// Runs a command, which succeeds. Returns all that it printed.
pub fn run(endpoint: &str, line: &str) -> String {
    let Output {
        status,
        stdout,
        stderr,
    } = command(endpoint, line).output().expect("the binary runs");
    let text = format!(
        "{}{}",
        String::from_utf8_lossy(&stdout),
        String::from_utf8_lossy(&stderr)
    );
    assert!(status.success(), "{line}: {text}");
    text
}

/// Builds the app from this checkout, as `task build-app` does.
pub fn build_app(dist: &Path) {
    let line = format!("container build-app --dist {}", dist.display());
    let mut command = command("http://127.0.0.1:1", &line);
    command.current_dir(ROOT);
    assert!(command.status().expect("the binary runs").success());
}
