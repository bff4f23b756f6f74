//! The output of a container, as log lines.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use deploy::render::Shown;
use regex_lite::Regex;
use tokio::io::{AsyncBufReadExt as _, AsyncRead, AsyncReadExt as _, BufReader};
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

/// The largest event in bytes, without the 26 that CloudWatch Logs counts for each
/// (<https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html>).
const LARGEST: usize = 262_144 - 26;

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
    tokio::spawn(read_events(start, output, move |event| {
        destination.add(event);
    }))
}

async fn read_events(
    start: Option<Regex>,
    output: impl AsyncRead + Unpin,
    mut add: impl FnMut(String),
) {
    let mut output = BufReader::new(output);
    let mut event: Option<String> = None;
    let mut line = Vec::new();
    loop {
        let rest = LARGEST.saturating_sub(line.len()) as u64;
        let mut limited = (&mut output).take(rest);
        // What was read before the pause stays in the line.
        let read = limited.read_until(b'\n', &mut line);
        let Ok(read) = tokio::time::timeout(LONGEST_PAUSE, read).await else {
            event.take().into_iter().for_each(&mut add);
            continue;
        };
        if read.is_err() || line.is_empty() {
            break;
        }
        // Invalid UTF-8 must not stop the reading: the task would block on a full pipe.
        let text = String::from_utf8_lossy(line.strip_suffix(b"\n").unwrap_or(&line)).into_owned();
        line.clear();
        let Some(start) = &start else {
            add(text);
            continue;
        };
        match &mut event {
            Some(event) if !start.is_match(&text) && event.len() + text.len() < LARGEST => {
                event.push('\n');
                event.push_str(&text);
            }
            _ => event.replace(text).into_iter().for_each(&mut add),
        }
    }
    event.into_iter().for_each(&mut add);
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn events(start: Option<&str>, output: &[u8]) -> Vec<String> {
        let mut events = Vec::new();
        let start = start.map(|start| Regex::new(start).unwrap());
        read_events(start, output, |event| events.push(event)).await;
        events
    }

    #[tokio::test]
    async fn each_line_is_an_event_unless_one_has_several() {
        let output = b"A 1\n\nmore\nA 2";
        assert_eq!(events(None, output).await, ["A 1", "", "more", "A 2"]);
        assert_eq!(events(Some("^A"), output).await, ["A 1\n\nmore", "A 2"]);
        assert_eq!(events(None, b"\xff\n").await, ["\u{fffd}"]);
        assert!(events(None, b"").await.is_empty());
    }

    #[tokio::test]
    async fn an_event_without_an_end_is_divided() {
        let line = vec![b'x'; 2 * LARGEST + 10];
        let lengths = |events: Vec<String>| events.iter().map(String::len).collect::<Vec<_>>();
        let divided = lengths(events(None, &line).await);
        assert_eq!(divided, [LARGEST, LARGEST, 10]);
        let lines = b"12345678\n".repeat(LARGEST / 4);
        let divided = lengths(events(Some("^A"), &lines).await);
        assert!(divided.len() > 2, "{divided:?}");
        assert!(divided.iter().all(|length| *length <= LARGEST));
    }
}
