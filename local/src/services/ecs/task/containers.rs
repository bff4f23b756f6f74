//! The containers of a task while it runs.

use std::sync::Arc;

use tokio::sync::watch;
use tokio::task::JoinSet;

use super::dependencies::{wait, wait_for_dependents};
use super::health;
use super::launch::{End, Launch, Stage, told_to_stop};
use super::listening;
use super::prepare::{Container, Prepared};
use super::process::Process;
use super::states::{State, States};
use crate::account::Account;
use crate::services::ecs::ledger::StopCode;
use crate::services::ecs::task_definition::ContainerDefinition;

/// What all containers of a task share.
struct Shared {
    account: Arc<Account>,
    task_id: String,
    task: Prepared,
    definitions: Vec<ContainerDefinition>,
    states: States,
}

/// How a container has ended.
enum Outcome {
    /// The task was stopped before it started.
    NotStarted,
    Failed(String),
    Exited {
        code: i32,
        detail: String,
    },
}

/// Runs the containers of a task until they have ended.
pub(super) async fn run(
    account: &Arc<Account>,
    launch: &Launch,
    task: Prepared,
    stage: &watch::Sender<Stage>,
    mut stopped: watch::Receiver<bool>,
) -> End {
    let definitions = task.definition.container_definitions.clone();
    let address = task.interface.interface.private_ip;
    let shared = Arc::new(Shared {
        account: Arc::clone(account),
        task_id: launch.id.clone(),
        states: States::new(definitions.iter().map(ContainerDefinition::name)),
        task,
        definitions,
    });
    let halt = watch::Sender::new(false);
    let mut running = JoinSet::new();
    for index in 0..shared.task.containers.len() {
        running.spawn(live(Arc::clone(&shared), index, halt.subscribe()));
    }
    let mut end = None;
    let mut was_running = false;
    let watched = listening::watch(account, &launch.id, &shared.task);
    tokio::pin!(watched);
    let mut is_watched = false;
    loop {
        tokio::select! {
            done = running.join_next() => match done {
                None => break,
                // A task that panics counts as a container that has failed.
                Some(done) => {
                    let (index, outcome) = done.unwrap_or((0, Outcome::Failed("it was lost".into())));
                    if let Some(ended) = shared.end_of_task(index, outcome) && end.is_none() {
                        end = Some(ended);
                        halt.send_replace(true);
                    }
                }
            },
            () = told_to_stop(&mut stopped), if end.is_none() => {
                end = Some((StopCode::ServiceScheduler, String::new(), String::new()));
                halt.send_replace(true);
            }
            () = &mut watched, if was_running && !is_watched => is_watched = true,
            () = shared.states.all_started(), if !was_running && end.is_none() => {
                was_running = true;
                account.tasks.ledger().running(&launch.id);
                stage.send_replace(Stage::Running(address));
            }
        }
    }
    let (code, reason, detail) = end.unwrap_or_else(|| {
        (
            StopCode::EssentialContainerExited,
            ESSENTIAL_EXITED.to_owned(),
            String::new(),
        )
    });
    End {
        code,
        reason,
        detail,
    }
}

const ESSENTIAL_EXITED: &str = "Essential container in task exited";

/// One container, from the wait for others to its end.
async fn live(
    shared: Arc<Shared>,
    index: usize,
    mut halt: watch::Receiver<bool>,
) -> (usize, Outcome) {
    let container = &shared.task.containers[index];
    let definition = &container.definition;
    let started = tokio::select! {
        biased;
        () = told_to_stop(&mut halt) => None,
        started = shared.start(container) => Some(started),
    };
    let outcome = match started {
        None => Outcome::NotStarted,
        Some(Err(reason)) => Outcome::Failed(reason),
        Some(Ok(process)) => shared.attend(definition, process, &mut halt).await,
    };
    let state = match &outcome {
        Outcome::Exited { code, .. } => State::Exited(*code),
        Outcome::NotStarted | Outcome::Failed(_) => State::NotStarted,
    };
    shared.states.set(definition.name(), state);
    (index, outcome)
}

impl Shared {
    /// Starts a container when the others allow it.
    async fn start(&self, container: &Container) -> Result<Process, String> {
        wait(&container.definition, &self.definitions, &self.states).await?;
        let process = Process::start(&self.account, &self.task_id, &self.task, container).await?;
        self.states.set(container.definition.name(), State::Running);
        self.account.tasks.ledger().container(
            &self.task_id,
            container.definition.name(),
            |record| {
                record.state = State::Running.word();
                record.program = Some(process.program());
                record.digest = container.source.digest();
            },
        );
        Ok(process)
    }

    /// Waits for the end of a container, and checks its health meanwhile.
    async fn attend(
        &self,
        definition: &ContainerDefinition,
        mut process: Process,
        halt: &mut watch::Receiver<bool>,
    ) -> Outcome {
        let program = process.program();
        let checks = health::check(
            &self.account,
            definition,
            &self.task.network,
            program,
            |state| {
                self.states.set(definition.name(), state);
                self.account
                    .tasks
                    .ledger()
                    .container(&self.task_id, definition.name(), |record| {
                        record.health = state.health();
                    });
            },
        );
        let ended = tokio::select! {
            status = process.ended() => Some(status),
            never = checks => match never {},
            () = told_to_stop(halt) => None,
        };
        let status = if let Some(status) = ended {
            status
        } else {
            wait_for_dependents(definition, &self.definitions, &self.states).await;
            process.stop().await
        };
        let code = status.code;
        self.account
            .tasks
            .ledger()
            .container(&self.task_id, definition.name(), |record| {
                record.state = State::Exited(code).word();
                record.exit_code = Some(code);
                record.reason.clone_from(&status.reason);
            });
        Outcome::Exited {
            code,
            detail: status.detail(process.last_line(&self.account)),
        }
    }

    /// Why the task ends with this container; `None` if it goes on.
    fn end_of_task(&self, index: usize, outcome: Outcome) -> Option<(StopCode, String, String)> {
        let container = &self.task.containers[index].definition;
        match outcome {
            Outcome::NotStarted => None,
            Outcome::Failed(reason) => {
                self.account
                    .tasks
                    .ledger()
                    .container(&self.task_id, container.name(), |record| {
                        record.reason = Some(reason.clone());
                    });
                Some((StopCode::TaskFailedToStart, reason.clone(), reason))
            }
            Outcome::Exited { detail, .. } => container.is_essential().then(|| {
                (
                    StopCode::EssentialContainerExited,
                    ESSENTIAL_EXITED.to_owned(),
                    detail,
                )
            }),
        }
    }
}
