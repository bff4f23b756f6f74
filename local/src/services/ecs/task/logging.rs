//! The log of a container, before it starts.

use super::multiline;
use super::output::log_stream;
use crate::account::Account;
use crate::services::ecs::task_definition::{ContainerDefinition, LogConfiguration};
use crate::services::logs::ensure_group;

/// Opens the log: creates its stream, and its group if that is wanted.
///
/// # Errors
/// Fargate's reason, as in <https://repost.aws/knowledge-center/ecs-resource-initialization-error>.
pub(super) fn open(
    account: &Account,
    container: &ContainerDefinition,
    task_id: &str,
) -> Result<(), String> {
    let Some(log) = container
        .log_configuration
        .as_ref()
        .filter(|log| log.log_driver == "awslogs")
    else {
        return Ok(());
    };
    let opened = multiline::start(Some(log))
        .map(drop)
        .and_then(|()| find_group(account, log));
    opened.map_err(|reason| {
        format!(
            "ResourceInitializationError: failed to validate logger args: {reason} : exit status 1"
        )
    })?;
    let (group, stream) = log_stream(container, task_id);
    account.logs.create(group, stream);
    Ok(())
}

fn find_group(account: &Account, log: &LogConfiguration) -> Result<(), String> {
    let option = |name: &str| log.options.get(name).map_or("", String::as_str);
    let (region, group) = (option("awslogs-region"), option("awslogs-group"));
    if option("awslogs-create-group") == "true" && region == account.region {
        ensure_group(account, group);
        return Ok(());
    }
    let is_there = region == account.region
        && account.read(|state| state.inventory.has("AWS::Logs::LogGroup", group));
    if is_there {
        return Ok(());
    }
    Err("create stream has been retried 1 times: failed to create Cloudwatch log stream: ResourceNotFoundException: The specified log group does not exist.".to_owned())
}
