//! A command inside a running container, such as its health check.

use std::fs;
use std::io;
use std::os::unix::process::CommandExt as _;
use std::process::{Command, ExitCode};

use rustix::fs::Mode;

use super::capabilities::keep_only;
use super::namespaces::{end_with_parent, join_container, join_task};

/// Runs a command in the container of which `program` is the first process. The exit code is that of
/// the command.
pub(crate) fn run(parent: Option<u32>, network: u32, program: u32, words: &[&str]) -> ExitCode {
    match execute(parent, network, program, words) {
        Ok(code) => ExitCode::from(code),
        Err(err) => {
            eprintln!("the command cannot be started: {err}");
            // As a shell says that there is no such command.
            ExitCode::from(127)
        }
    }
}

fn execute(parent: Option<u32>, network: u32, program: u32, words: &[&str]) -> io::Result<u8> {
    let [name, arguments @ ..] = words else {
        return Err(io::ErrorKind::InvalidInput.into());
    };
    rustix::process::umask(Mode::from_raw_mode(0o022));
    let process = format!("/proc/{program}");
    let environment = environment_of(program)?;
    let directory = fs::read_link(format!("{process}/cwd"))?;
    let status = fs::read_to_string(format!("{process}/status"))?;
    join_task(network)?;
    join_container(program)?;
    end_with_parent(parent)?;
    keep_only(&[])?;
    let mut command = Command::new(name);
    command
        .args(arguments)
        .env_clear()
        .envs(variables(&environment))
        .current_dir(directory);
    if let (Some(user), Some(group)) = (id(&status, "Uid:"), id(&status, "Gid:"))
        && user != rustix::process::geteuid().as_raw()
    {
        command.uid(user).gid(group);
    }
    let status = command.status()?;
    Ok(status
        .code()
        .and_then(|code| u8::try_from(code).ok())
        .unwrap_or(1))
}

/// The environment of the container. Its init process has none, but that of the program, its first child.
fn environment_of(program: u32) -> io::Result<Vec<u8>> {
    let own = fs::read(format!("/proc/{program}/environ"))?;
    if !own.is_empty() {
        return Ok(own);
    }
    let children = fs::read_to_string(format!("/proc/{program}/task/{program}/children"))?;
    match children.split_whitespace().next() {
        Some(child) => fs::read(format!("/proc/{child}/environ")),
        None => Ok(own),
    }
}

/// The variables of a process: `NAME=VALUE`, each with a zero at its end.
fn variables(environment: &[u8]) -> Vec<(String, String)> {
    let texts = environment
        .split(|byte| *byte == 0)
        .map(String::from_utf8_lossy);
    let pairs = texts.filter_map(|text| {
        let (name, value) = text.split_once('=')?;
        Some((name.to_owned(), value.to_owned()))
    });
    pairs.collect()
}

/// The first id in a line of `/proc/PID/status`.
fn id(status: &str, name: &str) -> Option<u32> {
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    line.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn user_and_variables_of_a_process_are_read() {
        assert_eq!(id("Name:\tx\nUid:\t65532\t0\t0\t0\n", "Uid:"), Some(65532));
        assert_eq!(id("", "Uid:"), None);
        let variables = variables(b"A=1\0B=x=y\0broken\0");
        assert_eq!(
            variables,
            [("A".into(), "1".into()), ("B".into(), "x=y".into())]
        );
    }
}
