//! Reads the last log lines of a container.

use aws_sdk_cloudwatchlogs as logs;
use aws_sdk_ecs as ecs;

/// How many of the last log lines of a container are kept.
const LOG_LINES: i32 = 15;

/// Where a container logs to with the driver `awslogs`. The id of the task completes the name of
/// the stream.
#[derive(Debug, Clone)]
pub(super) struct LogStream {
    pub(super) container: String,
    group: String,
    prefix: String,
}

/// Where the containers of a task definition log to; empty if that cannot be read now.
pub(super) async fn log_streams(client: &ecs::Client, task_definition: &str) -> Vec<LogStream> {
    let describe = client.describe_task_definition();
    let described = describe.task_definition(task_definition).send().await;
    let definition = described
        .ok()
        .and_then(|described| described.task_definition);
    definition.map_or_else(Vec::new, |definition| {
        let containers = definition.container_definitions();
        containers.iter().filter_map(log_stream).collect()
    })
}

fn log_stream(container: &ecs::types::ContainerDefinition) -> Option<LogStream> {
    let options = container.log_configuration()?.options()?;
    Some(LogStream {
        container: container.name()?.to_owned(),
        group: options.get("awslogs-group")?.clone(),
        prefix: options.get("awslogs-stream-prefix")?.clone(),
    })
}

/// The last log lines of a container, if there are any.
pub(super) async fn last_lines(
    client: &logs::Client,
    stream: &LogStream,
    task: &str,
) -> Option<Vec<String>> {
    let read = client
        .get_log_events()
        .log_group_name(&stream.group)
        .log_stream_name(format!("{}/{}/{task}", stream.prefix, stream.container))
        .start_from_head(false)
        .limit(LOG_LINES)
        .send()
        .await
        .ok()?;
    let messages = read.events().iter().filter_map(|event| event.message());
    let lines: Vec<_> = messages.map(str::to_owned).collect();
    (!lines.is_empty()).then_some(lines)
}
