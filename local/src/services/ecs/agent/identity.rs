//! The roles of a task.

use std::sync::Arc;

use crate::account::Account;
use crate::services::ecs::task::Launch;
use crate::services::ecs::task_definition::TaskDefinitionProperties;
use crate::services::iam::{Principal, assume_for_service};

/// The service that assumes the roles of tasks.
const SERVICE: &str = "ecs-tasks.amazonaws.com";

/// The sessions of a task's roles. Dropping it ends its access to credentials.
pub(in crate::services::ecs) struct Identity {
    account: Arc<Account>,
    /// The id under which the task gets its credentials; `None` without a task role.
    pub(in crate::services::ecs) credentials: Option<String>,
    /// Pulls the image, reads secrets and opens the log.
    pub(in crate::services::ecs) execution: Option<Principal>,
}

impl Identity {
    /// Assumes the roles of a task.
    ///
    /// # Errors
    /// ECS's sentence for a role that does not trust it.
    pub(in crate::services::ecs) fn assume(
        account: &Arc<Account>,
        launch: &Launch,
        definition: &TaskDefinitionProperties,
    ) -> Result<Self, String> {
        let task = account.arn("ecs", &format!("task/{}/{}", launch.cluster, launch.id));
        let assume = |role: &Option<String>| {
            let role = role.as_deref().filter(|role| !role.is_empty());
            let assumed =
                role.map(|role| assume_for_service(account, role, SERVICE, &task, &launch.id));
            assumed.transpose()
        };
        let execution = assume(&definition.execution_role_arn)?;
        let credentials = assume(&definition.task_role_arn)?.map(|principal| {
            let id = uuid::Uuid::new_v4().to_string();
            account.tasks.roles.add(&id, principal);
            id
        });
        Ok(Self {
            account: Arc::clone(account),
            credentials,
            execution,
        })
    }
}

/// Checks that the roles of a task can be assumed, before it has an id.
///
/// # Errors
/// ECS's sentence for a role that does not trust it.
pub(in crate::services::ecs) fn check_roles(
    account: &Account,
    definition: &TaskDefinitionProperties,
) -> Result<(), String> {
    let task = account.arn("ecs", "task/*");
    for role in [&definition.execution_role_arn, &definition.task_role_arn] {
        if let Some(role) = role.as_deref().filter(|role| !role.is_empty()) {
            assume_for_service(account, role, SERVICE, &task, "task")?;
        }
    }
    Ok(())
}

impl Drop for Identity {
    fn drop(&mut self) {
        if let Some(id) = &self.credentials {
            self.account.tasks.roles.remove(id);
        }
    }
}
