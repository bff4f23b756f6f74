//! A task that runs the program of a pushed image.

use std::ffi::OsString;
use std::process::ExitCode;

use tokio::process::Command;

use super::environment::Variables;
use crate::account::Account;
use crate::services::ecr::Program;

/// The command that runs the program of an image. It starts the local AWS's own program, which
/// arranges that the task ends when the local AWS ends, and then replaces itself with the image's
/// program.
pub(super) fn command(
    account: &Account,
    program: &Program,
    variables: impl Fn(Variables) -> Variables,
) -> Command {
    let mut command = Command::new(&account.task_program);
    command
        .arg("task-image")
        .arg(std::process::id().to_string())
        .arg(&program.path)
        .args(&program.arguments)
        .current_dir(&program.directory)
        .env_clear()
        .envs(variables(environment(program)));
    command
}

/// The variables of an image.
fn environment(program: &Program) -> Variables {
    let variables = program.environment.iter();
    let pairs = variables.filter_map(|variable| {
        let (name, value) = variable.split_once('=')?;
        Some((name.to_owned(), value.to_owned()))
    });
    pairs.collect()
}

/// Replaces this process with another program. `arguments` are the process id of the local AWS, the
/// program and its arguments. Returns only if that fails.
#[cfg(target_os = "linux")]
pub(crate) fn become_image(arguments: &[OsString]) -> ExitCode {
    use std::os::unix::process::CommandExt as _;

    let [account, program, rest @ ..] = arguments else {
        eprintln!(
            "task-image is an internal command of the local AWS: it needs a process id and a program"
        );
        return ExitCode::FAILURE;
    };
    let bound =
        rustix::process::set_parent_process_death_signal(Some(rustix::process::Signal::KILL));
    // The local AWS may have ended before the line above.
    let parent = rustix::process::getppid().map(|parent| parent.as_raw_nonzero().to_string());
    if bound.is_err() || parent.is_none_or(|parent| *account != *parent) {
        eprintln!(
            "{} was not started, because its task would outlive the local AWS",
            program.display()
        );
        return ExitCode::FAILURE;
    }
    let err = std::process::Command::new(program).args(rest).exec();
    eprintln!("exec {}: {err}", program.display());
    ExitCode::FAILURE
}

/// An image holds programs for Linux.
#[cfg(not(target_os = "linux"))]
pub(crate) fn become_image(_: &[OsString]) -> ExitCode {
    eprintln!(
        "images run on Linux only: deploy with --image showtable:local, which is built into the local AWS"
    );
    ExitCode::FAILURE
}
