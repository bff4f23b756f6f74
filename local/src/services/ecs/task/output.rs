//! The output of a container, as log lines.

use std::sync::Arc;

use deploy::render::Shown;
use tokio::io::{AsyncBufReadExt as _, AsyncRead, BufReader};
use tokio::task::JoinHandle;

use crate::account::Account;
use crate::services::ecs::task_definition::ContainerDefinition;
use crate::services::logs;

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

/// Adds all lines of `output` to the log stream; the handle ends with the output.
pub(super) fn keep_lines(
    account: &Arc<Account>,
    log: &(String, String),
    output: impl AsyncRead + Unpin + Send + 'static,
) -> JoinHandle<()> {
    let (account, (group, stream)) = (Arc::clone(account), log.clone());
    tokio::spawn(async move {
        let mut lines = BufReader::new(output).split(b'\n');
        // Invalid UTF-8 must not stop the reading: the task would block on a full pipe.
        while let Ok(Some(line)) = lines.next_segment().await {
            let line = String::from_utf8_lossy(&line).into_owned();
            tracing::debug!(target: "task", "{}", Shown(&line));
            logs::record(&account, &group, &stream, line);
        }
    })
}
