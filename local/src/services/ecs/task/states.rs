//! The states of the containers of a task, which wait for each other.

use tokio::sync::watch;

/// The state of a container.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    Pending,
    Running,
    Healthy,
    Unhealthy,
    /// It has ended with this code.
    Exited(i32),
    /// It could not be started, or was stopped before that.
    NotStarted,
}

impl State {
    /// The status of the container, in ECS's words.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Pending | Self::NotStarted => "PENDING",
            Self::Running | Self::Healthy | Self::Unhealthy => "RUNNING",
            Self::Exited(_) => "STOPPED",
        }
    }

    /// The health of the container, in ECS's words.
    pub(super) fn health(self) -> &'static str {
        match self {
            Self::Healthy => "HEALTHY",
            Self::Unhealthy => "UNHEALTHY",
            Self::Pending | Self::Running | Self::Exited(_) | Self::NotStarted => "UNKNOWN",
        }
    }

    pub(super) fn has_started(self) -> bool {
        !matches!(self, Self::Pending | Self::NotStarted)
    }
}

/// The states, by the name of the container.
pub(super) struct States(Vec<(String, watch::Sender<State>)>);

impl States {
    pub(super) fn new<'a>(names: impl Iterator<Item = &'a str>) -> Self {
        let new = |name: &str| (name.to_owned(), watch::Sender::new(State::Pending));
        Self(names.map(new).collect())
    }

    pub(super) fn set(&self, name: &str, state: State) {
        if let Some((_, sender)) = self.0.iter().find(|(known, _)| known == name) {
            sender.send_replace(state);
        }
    }

    /// The state of a container, as it changes; `None` if the task has no container of this name.
    pub(super) fn of(&self, name: &str) -> Option<watch::Receiver<State>> {
        let (_, sender) = self.0.iter().find(|(known, _)| known == name)?;
        Some(sender.subscribe())
    }

    /// Returns when all containers have started.
    pub(super) async fn all_started(&self) {
        for (_, sender) in &self.0 {
            // The sender is here, so this cannot fail.
            let _ = sender
                .subscribe()
                .wait_for(|state| state.has_started())
                .await;
        }
    }
}
