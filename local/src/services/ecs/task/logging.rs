//! The log of a container: where it is, and whether it can be opened.

use crate::account::Account;
use crate::services::ecs::task_definition::{ContainerDefinition, LogConfiguration};

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

/// Checks that the log can be opened.
///
/// # Errors
/// Fargate's reason, as in <https://repost.aws/knowledge-center/ecs-resource-initialization-error>.
pub(super) fn check(account: &Account, container: &ContainerDefinition) -> Result<(), String> {
    let Some(log) = container
        .log_configuration
        .as_ref()
        .filter(|log| log.log_driver == "awslogs")
    else {
        return Ok(());
    };
    let Some(reason) = problem(account, log) else {
        return Ok(());
    };
    Err(format!(
        "ResourceInitializationError: failed to validate logger args: {reason} : exit status 1"
    ))
}

fn problem(account: &Account, log: &LogConfiguration) -> Option<String> {
    let option = |name: &str| log.options.get(name).map_or("", String::as_str);
    let region = option("awslogs-region");
    let failed = "create stream has been retried 1 times: failed to create Cloudwatch log stream";
    let group = option("awslogs-group");
    if option("awslogs-create-group") == "true" && region == account.region {
        return None;
    }
    let is_there = region == account.region
        && account.read(|state| state.inventory.has("AWS::Logs::LogGroup", group));
    (!is_there).then(|| {
        format!("{failed}: ResourceNotFoundException: The specified log group does not exist.")
    })
}
