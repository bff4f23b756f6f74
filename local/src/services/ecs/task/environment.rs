//! The environment variables of a container.

use super::prepare::{Container, Prepared};
use crate::account::Account;
use crate::services::ecs::agent::AT_ENDPOINT;
use crate::services::elb::PUBLIC_KEYS;

/// Environment variables with their values.
pub(super) type Variables = Vec<(String, String)>;

/// The variables of a container on Fargate: the image's `own`, those for access to AWS, and those
/// of the task definition and its files. If a name occurs twice, the later value wins.
pub(super) fn environment(
    account: &Account,
    task: &Prepared,
    container: &Container,
    id: &str,
    own: Variables,
) -> Variables {
    // A task in its own network finds the agent where it is on Fargate.
    let agent = match task.network.namespace() {
        Some(_) => "http://169.254.170.2".to_owned(),
        None => format!("{}{AT_ENDPOINT}", account.endpoint_url()),
    };
    let mut aws = vec![
        // AWS sets no endpoint. Without this one, the program would call the real AWS.
        ("AWS_ENDPOINT_URL", account.endpoint_url()),
        // The same for the keys of load balancers, which AWS serves at an address of their own.
        (
            "ELB_PUBLIC_KEYS_URL",
            format!("{}{PUBLIC_KEYS}", account.endpoint_url()),
        ),
        ("AWS_REGION", account.region.clone()),
        ("AWS_DEFAULT_REGION", account.region.clone()),
        ("AWS_EXECUTION_ENV", "AWS_ECS_FARGATE".into()),
        ("ECS_CONTAINER_METADATA_URI_V4", format!("{agent}/v4/{id}")),
    ];
    if let Some(credentials) = &task.identity.credentials {
        let path = format!("/v2/credentials/{credentials}");
        aws.push(match task.network.namespace() {
            Some(_) => ("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", path),
            None => (
                "AWS_CONTAINER_CREDENTIALS_FULL_URI",
                format!("{agent}{path}"),
            ),
        });
    }
    let aws = aws
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value));
    let defined = container
        .definition
        .environment
        .iter()
        .filter_map(|variable| {
            let name = variable.name.clone().filter(|name| !name.is_empty())?;
            Some((name, variable.value.clone()?))
        });
    let files = container.files.iter().cloned();
    let secrets = container.secrets.iter().cloned();
    own.into_iter()
        .chain(aws)
        .chain(files)
        .chain(defined)
        .chain(secrets)
        .collect()
}
