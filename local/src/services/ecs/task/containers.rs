//! The containers of a task while it runs.

use std::sync::Arc;

use tempfile::TempDir;
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::dependencies::{wait, wait_for_dependents};
use super::health;
use super::launch::{End, Launch, Stage, told_to_stop};
use super::listening;
use super::prepare::{Container, Prepared};
use super::process::{Ended, Process};
use super::restarts::Restarts;
use super::states::{State, States};
use crate::account::Account;
use crate::aws::seconds;
use crate::services::ecs::ledger::{ContainerRecord, StopCode};
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

/// One container, from the wait for others to its end. It may be started several times.
async fn live(
    shared: Arc<Shared>,
    index: usize,
    mut halt: watch::Receiver<bool>,
) -> (usize, Outcome) {
    let container = &shared.task.containers[index];
    let definition = &container.definition;
    let mut restarts = Restarts::new(&shared.account, &definition.restart_policy);
    let (mut outcome, mut files) = (Outcome::NotStarted, None);
    let mut is_first = true;
    loop {
        let started = tokio::select! {
            biased;
            () = told_to_stop(&mut halt) => break,
            started = shared.start(container, is_first, files.take()) => started,
        };
        is_first = false;
        restarts.started();
        let mut process = match started {
            Ok(process) => process,
            Err(reason) => {
                outcome = Outcome::Failed(reason);
                break;
            }
        };
        let ended = shared.attend(definition, &mut process, &mut halt).await;
        outcome = Outcome::Exited {
            code: ended.code,
            detail: ended.detail(process.last_line(&shared.account)),
        };
        if *halt.borrow() || !restarts.allow(ended.code) {
            shared.has_ended(definition, &ended);
            break;
        }
        shared.starts_again(definition);
        files = process.into_files();
    }
    let state = match &outcome {
        Outcome::Exited { code, .. } => State::Exited(*code),
        Outcome::NotStarted | Outcome::Failed(_) => State::NotStarted,
    };
    shared.states.set(definition.name(), state);
    (index, outcome)
}

impl Shared {
    /// Starts a container: the first time when the others allow it, and later with the files that it has
    /// written before.
    async fn start(
        &self,
        container: &Container,
        is_first: bool,
        files: Option<TempDir>,
    ) -> Result<Process, String> {
        if is_first {
            wait(&container.definition, &self.definitions, &self.states).await?;
        }
        let (account, task) = (&self.account, &self.task);
        let process = Process::start(account, &self.task_id, task, container, files).await?;
        self.states.set(container.definition.name(), State::Running);
        self.record(&container.definition, |record| {
            record.state = State::Running.word();
            record.program = Some(process.program());
            record.digest = container.source.digest();
            record.started.get_or_insert_with(seconds);
        });
        Ok(process)
    }

    /// Waits for the end of a container, and checks its health meanwhile.
    async fn attend(
        &self,
        definition: &ContainerDefinition,
        process: &mut Process,
        halt: &mut watch::Receiver<bool>,
    ) -> Ended {
        let program = process.program();
        let checks = health::check(
            &self.account,
            definition,
            &self.task.network,
            program,
            |state| {
                self.states.set(definition.name(), state);
                self.record(definition, |record| record.health = state.health());
            },
        );
        let ended = tokio::select! {
            status = process.ended() => Some(status),
            never = checks => match never {},
            () = told_to_stop(halt) => None,
        };
        if let Some(ended) = ended {
            return ended;
        }
        wait_for_dependents(definition, &self.definitions, &self.states).await;
        process.stop().await
    }

    /// Records that a container has ended.
    fn has_ended(&self, definition: &ContainerDefinition, ended: &Ended) {
        self.record(definition, |record| {
            record.state = State::Exited(ended.code).word();
            record.exit_code = Some(ended.code);
            record.reason.clone_from(&ended.reason);
            record.finished = Some(seconds());
        });
    }

    /// Records that a container is started again. It counts as running meanwhile, as on AWS.
    fn starts_again(&self, definition: &ContainerDefinition) {
        self.record(definition, |record| {
            record.restarts += 1;
            record.health = State::Running.health();
        });
    }

    fn record(&self, definition: &ContainerDefinition, change: impl FnOnce(&mut ContainerRecord)) {
        let mut ledger = self.account.tasks.ledger();
        ledger.container(&self.task_id, definition.name(), change);
    }

    /// Why the task ends with this container; `None` if it goes on.
    fn end_of_task(&self, index: usize, outcome: Outcome) -> Option<(StopCode, String, String)> {
        let container = &self.task.containers[index].definition;
        match outcome {
            Outcome::NotStarted => None,
            Outcome::Failed(reason) => {
                self.record(container, |record| record.reason = Some(reason.clone()));
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
