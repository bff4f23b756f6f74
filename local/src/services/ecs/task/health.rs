//! The health check of a container (`HealthCheck`): a command that runs inside.

use std::convert::Infallible;
use std::process::Stdio;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process_group};
use tokio::process::Command;

use super::states::State;
use crate::account::Account;
use crate::containers::Attachment;
use crate::services::ecs::task_definition::{ContainerDefinition, HealthCheck, Number};

/// The shortest interval at any pace: a check runs a real program, which takes real time.
const SHORTEST_INTERVAL: Duration = Duration::from_millis(200);

/// A container may fail its checks for this long at any pace: a program takes real time to start.
const STARTUP: Duration = Duration::from_secs(5);

/// Checks the health of a container until this future is dropped, and tells each change.
pub(super) async fn check(
    account: &Account,
    definition: &ContainerDefinition,
    network: &Attachment,
    program: u32,
    tell: impl Fn(State),
) -> Infallible {
    let command = definition
        .health_check
        .as_ref()
        .and_then(|check| Some((check, words(check)?)));
    let (Some((check, words)), Some(network)) = (command, network.namespace()) else {
        return std::future::pending().await;
    };
    let seconds = |given: Option<Number>, default: u64| {
        Duration::from_secs(given.map_or(default, |Number(seconds)| seconds))
    };
    let interval = account
        .pace
        .shrink(seconds(check.interval, 30))
        .max(SHORTEST_INTERVAL);
    let start = account
        .pace
        .shrink(seconds(check.start_period, 0))
        .max(STARTUP);
    let retries = check.retries.map_or(3, |Number(retries)| retries);
    let started = Instant::now();
    let (mut state, mut failed) = (State::Running, 0);
    loop {
        let passed = run(account, network, program, &words, seconds(check.timeout, 5)).await;
        failed = if passed { 0 } else { failed + 1 };
        let next = if passed {
            State::Healthy
        } else if failed >= retries && (started.elapsed() > start || state == State::Healthy) {
            State::Unhealthy
        } else {
            state
        };
        if next != state {
            state = next;
            tell(state);
        }
        tokio::time::sleep(interval).await;
    }
}

/// The command; `None` if the check is switched off with `NONE`.
fn words(check: &HealthCheck) -> Option<Vec<String>> {
    match check.command.split_first() {
        Some((first, rest)) if first == "CMD" => Some(rest.to_vec()),
        Some((first, rest)) if first == "CMD-SHELL" => {
            Some(vec!["/bin/sh".into(), "-c".into(), rest.join(" ")])
        }
        Some((first, _)) if first == "NONE" => None,
        // Docker passes a command without a kind to the shell.
        Some(_) => Some(vec!["/bin/sh".into(), "-c".into(), check.command.join(" ")]),
        None => None,
    }
}

/// Runs the command once. Returns whether it has ended with 0 in time.
async fn run(
    account: &Account,
    network: u32,
    program: u32,
    words: &[String],
    timeout: Duration,
) -> bool {
    let child = Command::new(&account.task_program)
        .arg("task-exec")
        .args([
            std::process::id().to_string(),
            network.to_string(),
            program.to_string(),
        ])
        .args(words)
        .env_clear()
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .process_group(0)
        .spawn();
    let Ok(mut child) = child else { return false };
    let group = child.id().and_then(|id| i32::try_from(id).ok());
    let ended = tokio::time::timeout(timeout, child.wait()).await;
    if ended.is_err()
        && let Some(group) = group.and_then(Pid::from_raw)
    {
        // Also what the command has started. An error means that all have ended.
        let _ = kill_process_group(group, Signal::KILL);
    }
    matches!(ended, Ok(Ok(status)) if status.success())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_check_is_a_command_or_a_line_for_the_shell() {
        for (command, expected) in [
            (vec!["CMD", "/check", "-x"], Some(vec!["/check", "-x"])),
            (
                vec!["CMD-SHELL", "curl x || exit 1"],
                Some(vec!["/bin/sh", "-c", "curl x || exit 1"]),
            ),
            (vec!["NONE"], None),
            (vec![], None),
        ] {
            let command = command.into_iter().map(str::to_owned).collect();
            let check = HealthCheck {
                command,
                ..HealthCheck::default()
            };
            let expected = expected.map(|words| words.into_iter().map(str::to_owned).collect());
            assert_eq!(words(&check), expected);
        }
    }
}
