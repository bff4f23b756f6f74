//! The output of a container, as log lines.

use std::sync::Arc;
use std::time::Duration;

use deploy::render::Shown;
use regex_lite::Regex;
use tokio::io::{AsyncBufReadExt as _, AsyncRead, BufReader};
use tokio::task::JoinHandle;

use crate::account::Account;
use crate::services::ecs::task_definition::ContainerDefinition;
use crate::services::logs;

/// How long to wait for the next line of an event.
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

/// Where awslogs puts the output: the log group, and the stream `PREFIX/CONTAINER/TASK`. Without a
/// log configuration, the group has no name, and only the local AWS itself shows the lines.
pub(in crate::services::ecs) fn log_stream(
    container: &ContainerDefinition,
    task_id: &str,
) -> (String, String) {
    let log = container.log_configuration.as_ref();
    let option = |name: &str| {
        log.and_then(|log| log.options.get(name))
            .map_or("", String::as_str)
    };
    let stream = format!(
        "{}/{}/{task_id}",
        option("awslogs-stream-prefix"),
        container.name()
    );
    (option("awslogs-group").to_owned(), stream)
}

/// Adds all events of `output` to the log stream; the handle ends with the output. Each line is an event
/// unless `start` says what the first line of one looks like.
pub(super) fn keep_lines(
    account: &Arc<Account>,
    log: &(String, String),
    start: Option<Regex>,
    output: impl AsyncRead + Unpin + Send + 'static,
) -> JoinHandle<()> {
    let (account, (group, stream)) = (Arc::clone(account), log.clone());
    let add = move |event: String| {
        tracing::debug!(target: "task", "{}", Shown(&event));
        logs::record(&account, &group, &stream, event);
    };
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
