//! The output of a container, as log lines.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use deploy::render::Shown;
use regex_lite::Regex;
use tokio::io::{AsyncBufReadExt as _, AsyncRead, BufReader};
use tokio::task::JoinHandle;

use super::logging::log_stream;
use super::permissions::put_access;
use crate::account::Account;
use crate::services::ec2;
use crate::services::ecs::task_definition::ContainerDefinition;
use crate::services::iam::{Access, Principal, authorize, through_now};
use crate::services::logs;

/// How long to wait for the next line of an event.
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

/// Where the output of a container goes, and whether it gets there.
pub(super) struct Destination {
    account: Arc<Account>,
    task_id: String,
    /// The log group and the log stream.
    pub(super) log: (String, String),
    /// The execution role, and what it must allow for each line.
    permission: Option<(Principal, Access)>,
    /// Whether the log is reached, as of a revision of the account's state.
    reached: Mutex<Option<(u64, bool)>>,
}

impl Destination {
    pub(super) fn new(
        account: &Arc<Account>,
        task_id: &str,
        role: Option<&Principal>,
        container: &ContainerDefinition,
    ) -> Arc<Self> {
        let access = put_access(account, task_id, container);
        Arc::new(Self {
            account: Arc::clone(account),
            task_id: task_id.to_owned(),
            log: log_stream(container, task_id),
            permission: role.cloned().zip(access),
            reached: Mutex::default(),
        })
    }

    /// Adds an event to the log. If it does not get there, it is lost, as with the log driver's mode
    /// `non-blocking`.
    fn add(&self, event: String) {
        tracing::debug!(target: "task", "{}", Shown(&event));
        if self.is_reached() {
            logs::record(&self.account, &self.log.0, &self.log.1, event);
        }
    }

    fn is_reached(&self) -> bool {
        let Some((role, access)) = &self.permission else {
            return true;
        };
        let revision = self.account.revision();
        let mut reached = self.reached.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((known, is_reached)) = *reached
            && known == revision
        {
            return is_reached;
        }
        let outcome = self.try_put(role, access);
        if let Err(reason) = &outcome {
            tracing::warn!("task {} cannot write its log: {reason}", self.task_id);
        }
        *reached = Some((revision, outcome.is_ok()));
        outcome.is_ok()
    }

    fn try_put(&self, role: &Principal, access: &Access) -> Result<(), String> {
        let passage = ec2::task_passage(&self.account, &self.task_id, "logs")
            .map_err(|blocked| format!("{} {}", blocked.why, blocked.remedy))?;
        let needed = std::slice::from_ref(access);
        through_now(passage, || authorize(&self.account, role, needed))
    }
}

/// Adds all events of `output` to the log; the handle ends with the output. Each line is an event
/// unless `start` says what the first line of one looks like.
pub(super) fn keep_lines(
    destination: &Arc<Destination>,
    start: Option<Regex>,
    output: impl AsyncRead + Unpin + Send + 'static,
) -> JoinHandle<()> {
    let destination = Arc::clone(destination);
    let add = move |event: String| destination.add(event);
    tokio::spawn(async move {
        let mut lines = BufReader::new(output).split(b'\n');
        let mut event: Option<String> = None;
        loop {
            let read = tokio::time::timeout(LONGEST_PAUSE, lines.next_segment()).await;
            let Ok(read) = read else {
                event.take().into_iter().for_each(&add);
                continue;
            };
            let Ok(Some(line)) = read else { break };
            // Invalid UTF-8 must not stop the reading: the task would block on a full pipe.
            let line = String::from_utf8_lossy(&line).into_owned();
            let Some(start) = &start else {
                add(line);
                continue;
            };
            match &mut event {
                Some(event) if !start.is_match(&line) => {
                    event.push('\n');
                    event.push_str(&line);
                }
                _ => event.replace(line).into_iter().for_each(&add),
            }
        }
        event.into_iter().for_each(&add);
    })
}
