//! What Fargate does before a container starts: network, roles, secrets, logs and images.

use std::collections::HashMap;
use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt as _;
use std::sync::Arc;

use tempfile::TempDir;

use super::environment::Variables;
use super::image::Source;
use super::launch::Launch;
use super::{environment_files, image, logging, permissions, secrets};
use crate::account::Account;
use crate::containers::{Attachment, Processes};
use crate::services::ec2::{self, Needs};
use crate::services::ecs::agent::Identity;
use crate::services::ecs::interface::{self, Attached};
use crate::services::ecs::task_definition::{self, ContainerDefinition, TaskDefinitionProperties};

/// A task that is ready to start its containers.
pub(super) struct Prepared {
    pub(super) definition: TaskDefinitionProperties,
    pub(super) containers: Vec<Container>,
    pub(super) network: Arc<Attachment>,
    pub(super) interface: Attached,
    pub(super) identity: Identity,
    /// Those that the containers share, if their task definition says so.
    pub(super) processes: Option<Processes>,
    /// The directories that the containers share, by the name of the volume.
    pub(super) volumes: HashMap<String, TempDir>,
}

/// A container with everything that it needs.
pub(super) struct Container {
    pub(super) definition: ContainerDefinition,
    pub(super) source: Source,
    /// The variables of its environment files.
    pub(super) files: Variables,
    /// The variables with the values of its secrets.
    pub(super) secrets: Vec<(String, String)>,
}

/// Prepares a task.
///
/// # Errors
/// ECS's reason for a task that cannot start.
pub(super) async fn prepare(account: &Arc<Account>, launch: &Launch) -> Result<Prepared, String> {
    let mut definition = task_definition::find(account, &launch.definition)
        .ok_or_else(|| format!("the task definition {} is gone", launch.definition))?;
    if let Some(overrides) = account.tasks.ledger().overrides(&launch.id) {
        overrides.apply(&mut definition);
    }
    let identity = Identity::assume(account, launch, &definition)?;
    let interface = interface::attach(account, launch)?;
    account
        .tasks
        .ledger()
        .attached(&launch.id, &interface.interface);
    let port = definition
        .container_definitions
        .iter()
        .find_map(ContainerDefinition::port);
    let address = interface.interface.private_ip;
    let network = Attachment::new(account, &launch.id, address, port).await?;
    let network = Arc::new(network);
    account.networks.add(&interface.interface.vpc, &network);
    let definitions = &definition.container_definitions;
    ec2::check_start(account, &interface.interface, &needs(definitions))?;
    let secrets_of = secrets(account, launch, &identity, &interface, definitions)?;
    let architecture = definition.architecture();
    let mut containers = Vec::new();
    for (container, secrets) in definitions.iter().zip(secrets_of) {
        containers.push(Container {
            definition: container.clone(),
            files: environment_files::fetch(
                account,
                identity.execution.as_ref(),
                &interface.interface,
                container,
            )
            .await?,
            source: image::find(account, container.image(), architecture).await?,
            secrets,
        });
    }
    let volumes = volumes(account, &definition)?;
    let processes = match network.namespace() {
        Some(network) if definition.shares_processes() => {
            let made = Processes::new(account, network).await;
            Some(made.map_err(|err| {
                format!(
                    "ResourceInitializationError: the processes of the task cannot be shared: {err}"
                )
            })?)
        }
        _ => None,
    };
    Ok(Prepared {
        definition,
        containers,
        network,
        interface,
        identity,
        processes,
        volumes,
    })
}

/// Checks what the execution role may do, reads the secrets of each container and opens its log.
fn secrets(
    account: &Account,
    launch: &Launch,
    identity: &Identity,
    interface: &Attached,
    definitions: &[ContainerDefinition],
) -> Result<Vec<Variables>, String> {
    let prepared = definitions.iter().map(|container| {
        if let Some(role) = &identity.execution {
            let interface = &interface.interface;
            permissions::check(account, role, &launch.id, interface, container)?;
        }
        let secrets = secrets::fetch(account, container)?;
        logging::open(account, container, &launch.id)?;
        Ok(secrets)
    });
    prepared.collect()
}

/// What the network must lead to before the task can start.
fn needs(containers: &[ContainerDefinition]) -> Needs<'_> {
    let mut secrets = containers.iter().flat_map(|container| &container.secrets);
    Needs {
        images: containers.iter().map(ContainerDefinition::image).collect(),
        logs: containers.iter().any(ContainerDefinition::has_awslogs),
        parameters: secrets
            .clone()
            .any(|secret| !secret.is_of_secrets_manager()),
        secret: secrets
            .find(|secret| secret.is_of_secrets_manager())
            .map(|secret| secret.value_from.as_str()),
    }
}

fn volumes(
    account: &Account,
    definition: &TaskDefinitionProperties,
) -> Result<HashMap<String, TempDir>, String> {
    let names = definition
        .volumes
        .iter()
        .filter_map(|volume| volume.name.clone());
    let made = names.map(|name| {
        let directory = account.blobs.container()?;
        // As a new volume of Docker: only root writes to it.
        std::fs::set_permissions(directory.path(), Permissions::from_mode(0o755))?;
        Ok((name, directory))
    });
    let made: std::io::Result<_> = made.collect();
    made.map_err(|err| format!("ResourceInitializationError: a volume cannot be made: {err}"))
}
