//! A task that runs the program of a pushed image.

use std::ffi::OsString;
use std::process::ExitCode;

use tokio::process::Command;

use super::environment::Variables;
use crate::account::Account;
use crate::services::ecr::Program;

/// The command that turns into the program of an image.
///
/// It is the local AWS's own program first, which makes sure that the task ends with the local AWS,
/// however that ends, and then becomes the image's program.
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

/// Becomes another program: `arguments` are the id of the local AWS's process, the program, and what
/// follows it. Returns only where that fails.
#[cfg(target_os = "linux")]
pub(crate) fn become_image(arguments: &[OsString]) -> ExitCode {
    use std::os::unix::process::CommandExt as _;

    let [account, program, rest @ ..] = arguments else {
        eprintln!("task-image is for the local AWS alone: it takes its process and a program");
        return ExitCode::FAILURE;
    };
    let bound =
        rustix::process::set_parent_process_death_signal(Some(rustix::process::Signal::KILL));
    // The local AWS may have ended before the line above.
    let parent = rustix::process::getppid().map(|parent| parent.as_raw_nonzero().to_string());
    if bound.is_err() || parent.is_none_or(|parent| *account != *parent) {
        eprintln!(
            "{} is not started: its task would outlive the local AWS",
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
