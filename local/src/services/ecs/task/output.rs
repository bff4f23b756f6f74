//! The output of a container, as log lines.

use std::sync::{Arc, Mutex, PoisonError};

use deploy::render::Shown;
use tokio::io::{AsyncBufReadExt as _, AsyncRead, BufReader};
use tokio::task::JoinHandle;

use super::logging::log_stream;
use super::permissions::put_access;
use crate::account::Account;
use crate::services::ec2;
use crate::services::ecs::task_definition::ContainerDefinition;
use crate::services::iam::{Access, Principal, authorize, through_now};
use crate::services::logs;

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

    /// Adds a line to the log. If it does not get there, it is lost, as with the log driver's mode
    /// `non-blocking`.
    fn add(&self, line: String) {
        tracing::debug!(target: "task", "{}", Shown(&line));
        if self.is_reached() {
            logs::record(&self.account, &self.log.0, &self.log.1, line);
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

/// Adds all lines of `output` to the log; the handle ends with the output.
pub(super) fn keep_lines(
    destination: &Arc<Destination>,
    output: impl AsyncRead + Unpin + Send + 'static,
) -> JoinHandle<()> {
    let destination = Arc::clone(destination);
    tokio::spawn(async move {
        let mut lines = BufReader::new(output).split(b'\n');
        // Invalid UTF-8 must not stop the reading: the task would block on a full pipe.
        while let Ok(Some(line)) = lines.next_segment().await {
            destination.add(String::from_utf8_lossy(&line).into_owned());
        }
    })
}
