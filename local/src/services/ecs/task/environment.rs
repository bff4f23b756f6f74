//! The environment variables of a container.

use crate::account::Account;
use crate::services::ecs::task_definition::ContainerDefinition;

/// Environment variables with their values.
pub(super) type Variables = Vec<(String, String)>;

/// The variables of a container on Fargate: the image's `own`, those for access to AWS, and those
/// of the task definition. If a name occurs twice, the later value wins.
pub(super) fn environment(
    account: &Account,
    own: Variables,
    container: &ContainerDefinition,
) -> Variables {
    let aws = [
        // AWS sets no endpoint. Without this one, the program would call the real AWS.
        ("AWS_ENDPOINT_URL", account.endpoint_url()),
        ("AWS_REGION", account.region.clone()),
        ("AWS_DEFAULT_REGION", account.region.clone()),
        ("AWS_ACCESS_KEY_ID", "task".into()),
        ("AWS_SECRET_ACCESS_KEY", "task".into()),
        ("AWS_EXECUTION_ENV", "AWS_ECS_FARGATE".into()),
    ];
    let aws = aws.map(|(name, value)| (name.to_owned(), value));
    let defined = container.environment.iter().filter_map(|variable| {
        let name = variable.name.clone().filter(|name| !name.is_empty())?;
        Some((name, variable.value.clone()?))
    });
    own.into_iter().chain(aws).chain(defined).collect()
}
