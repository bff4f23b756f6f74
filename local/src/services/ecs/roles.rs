//! The roles of a service's tasks, and what they are for.

use super::agent::SERVICE;
use super::task::{needs, put_access};
use super::task_definition::{TaskDefinition, resolve};
use crate::account::{Account, Item};
use crate::resources::ResourceType as _;
use crate::services::iam::{Access, assume_for_service};

/// The task id in questions about a task that does not exist.
const ANY: &str = "*";

/// The roles of a service's tasks.
pub(crate) struct TaskRoles {
    /// The role of the program.
    pub(crate) task: Option<TaskRole>,
    /// The role of Fargate.
    pub(crate) execution: Option<TaskRole>,
    /// What Fargate needs of a service, by its name in an endpoint.
    pub(crate) needs: Vec<(&'static str, Access)>,
}

/// A role that tasks assume.
pub(crate) struct TaskRole {
    pub(crate) arn: String,
    /// Whether its trust policy lets ECS assume it for these tasks.
    pub(crate) trusts: bool,
}

/// The roles of the tasks of a service; None if its task definition is gone.
pub(crate) fn task_roles(account: &Account, arn: &str, service: &Item) -> Option<TaskRoles> {
    let given = service.properties["TaskDefinition"].as_str()?;
    let definition = account.read(|state| {
        let arn = resolve(state, given)?;
        let item = state.inventory.get_of(TaskDefinition::NAME, &arn)?;
        Some(item.read::<super::task_definition::TaskDefinitionProperties>())
    })?;
    let cluster = arn.rsplit('/').nth(1).unwrap_or("");
    let role = |arn: Option<&String>| {
        let arn = arn.filter(|arn| !arn.is_empty())?;
        let task = account.arn("ecs", &format!("task/{cluster}/{ANY}"));
        Some(TaskRole {
            arn: arn.clone(),
            trusts: assume_for_service(account, arn, SERVICE, &task, ANY).is_ok(),
        })
    };
    let mut needed = Vec::new();
    for container in &definition.container_definitions {
        for need in needs(account, ANY, container) {
            let accesses = need.accesses.into_iter();
            needed.extend(accesses.map(|access| (need.service, access)));
        }
        let put = put_access(account, ANY, container);
        needed.extend(put.map(|access| ("logs", access)));
    }
    Some(TaskRoles {
        task: role(definition.task_role_arn.as_ref()),
        execution: role(definition.execution_role_arn.as_ref()),
        needs: needed,
    })
}
