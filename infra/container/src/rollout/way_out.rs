//! Advice for known failures of a container.

use super::observations::{Container, Observations, Task};

/// Words of ECS or of the log, and what to do about them.
const KNOWN: &[(&str, &str)] = &[
    (
        "CannotPullContainerError",
        "check that the image exists under exactly this name, and that the private subnets reach its registry",
    ),
    (
        "exec format error",
        "the image is built for another processor: deploy with --cpu-architecture X86_64 or ARM64",
    ),
    (
        "OutOfMemory",
        "the container needs more memory than its task has: raise Memory in the template",
    ),
    (
        "ResourceInitializationError",
        "the task reaches no AWS API: check the NAT gateway and the routes of the private subnets",
    ),
    (
        "no accounts",
        "write the accounts: `aws ssm put-parameter --type SecureString` with user:password",
    ),
];

/// What to do about the failure of a container, if it is a known one.
pub(super) fn way_out(
    seen: &Observations,
    task: &Task,
    container: &Container,
) -> Option<&'static str> {
    let reasons = [task.stopped.as_deref(), container.reason.as_deref()];
    let log = seen.log_of(task, container).unwrap_or(&[]);
    let texts: Vec<_> = reasons
        .into_iter()
        .flatten()
        .chain(log.iter().map(String::as_str))
        .collect();
    let known = KNOWN
        .iter()
        .find(|(words, _)| texts.iter().any(|text| text.contains(words)));
    known.map(|(_, way_out)| *way_out)
}
