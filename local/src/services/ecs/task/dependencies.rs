//! The order in which the containers of a task start and stop (`DependsOn`).

use std::time::Duration;

use super::states::{State, States};
use crate::services::ecs::task_definition::{ContainerDefinition, Dependency};

/// How long to wait for a container without a start timeout.
const START_TIMEOUT: u64 = 180;

/// Waits until a container may start.
///
/// # Errors
/// The words of the ECS agent for a condition that cannot come true
/// (<https://github.com/aws/amazon-ecs-agent/blob/master/agent/engine/dependencygraph/graph.go>).
pub(super) async fn wait(
    container: &ContainerDefinition,
    all: &[ContainerDefinition],
    states: &States,
) -> Result<(), String> {
    for dependency in &container.depends_on {
        let other = all
            .iter()
            .find(|other| other.name() == dependency.container_name);
        let timeout = other.and_then(ContainerDefinition::start_timeout);
        let timeout = Duration::from_secs(timeout.unwrap_or(START_TIMEOUT));
        let outcome = tokio::time::timeout(timeout, wait_for_one(dependency, states)).await;
        let failed = |why: &str| {
            let (source, target) = (&dependency.container_name, container.name());
            Err(format!(
                "dependency graph: {} [{source}] for target [{target}] {why}",
                if why.starts_with("as") {
                    "failed to resolve container ordering dependency"
                } else {
                    "container ordering dependency"
                }
            ))
        };
        match outcome {
            Ok(true) => {}
            Ok(false) => return failed("as dependency did not exit successfully."),
            Err(_) => return failed("has timed out."),
        }
    }
    Ok(())
}

/// Returns whether the condition has come true; false means that it never will.
async fn wait_for_one(dependency: &Dependency, states: &States) -> bool {
    let Some(mut state) = states.of(&dependency.container_name) else {
        return false;
    };
    let condition = dependency.condition.as_str();
    let decided = state
        .wait_for(|state| decide(condition, *state).is_some())
        .await;
    decided.is_ok_and(|state| decide(condition, *state) == Some(true))
}

/// Whether a condition is true; `None` if that is still open.
fn decide(condition: &str, state: State) -> Option<bool> {
    match (condition, state) {
        (_, State::NotStarted) | ("HEALTHY", State::Unhealthy | State::Exited(_)) => Some(false),
        ("SUCCESS", State::Exited(code)) => Some(code == 0),
        ("COMPLETE", State::Exited(_)) | ("HEALTHY", State::Healthy) => Some(true),
        (_, State::Pending) | ("COMPLETE" | "SUCCESS" | "HEALTHY", _) => None,
        // START
        _ => Some(true),
    }
}

/// Waits until all containers that depend on this one have ended: ECS stops them first.
pub(super) async fn wait_for_dependents(
    container: &ContainerDefinition,
    all: &[ContainerDefinition],
    states: &States,
) {
    let depends = |other: &&ContainerDefinition| {
        other
            .depends_on
            .iter()
            .any(|dependency| dependency.container_name == container.name())
    };
    for dependent in all.iter().filter(depends) {
        if let Some(mut state) = states.of(dependent.name()) {
            let ended = |state: &State| {
                matches!(state, State::Exited(_) | State::Pending | State::NotStarted)
            };
            let _ = state.wait_for(ended).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_come_true_as_documented() {
        for (condition, state, expected) in [
            ("START", State::Pending, None),
            ("START", State::Running, Some(true)),
            ("START", State::NotStarted, Some(false)),
            ("START", State::Exited(1), Some(true)),
            ("COMPLETE", State::Healthy, None),
            ("COMPLETE", State::Exited(1), Some(true)),
            ("SUCCESS", State::Running, None),
            ("SUCCESS", State::Exited(0), Some(true)),
            ("SUCCESS", State::Exited(1), Some(false)),
            ("HEALTHY", State::Running, None),
            ("HEALTHY", State::Healthy, Some(true)),
            ("HEALTHY", State::Unhealthy, Some(false)),
            ("HEALTHY", State::Exited(0), Some(false)),
        ] {
            assert_eq!(decide(condition, state), expected, "{condition} {state:?}");
        }
    }
}
