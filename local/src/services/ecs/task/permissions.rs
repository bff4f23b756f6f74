//! What the execution role of a task must allow before a container starts: the image, the secrets and
//! the log. Without an execution role, Fargate needs none of these.

use crate::account::Account;
use crate::services::ecr;
use crate::services::ecs::task_definition::{ContainerDefinition, Secret};
use crate::services::iam::{Access, Principal, authorize};

/// Checks the permissions for one container.
///
/// # Errors
/// Fargate's reason, as in <https://repost.aws/knowledge-center/ecs-unable-to-pull-secrets> and
/// <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_cannot_pull_image.html>.
pub(super) fn check(
    account: &Account,
    role: &Principal,
    task_id: &str,
    container: &ContainerDefinition,
) -> Result<(), String> {
    let role = Role { account, role };
    let (login, pull) = ecr::needed_for_pull(account, container.image());
    role.may(&login, |denied| {
        initialization(&format!("unable to retrieve ecr registry auth: service call has been retried 1 time(s): {denied}"))
    })?;
    for secret in &container.secrets {
        let words = |denied: String| initialization(&secret_denied(secret, &denied));
        role.may(&[secret_access(account, secret)], words)?;
    }
    role.may(&log_access(account, task_id, container), |denied| {
        format!("ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: failed to create Cloudwatch log stream: {denied} : exit status 1")
    })?;
    role.may(&pull, |_| {
        format!("CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref {}: unexpected status from HEAD request: 403 Forbidden", container.image())
    })
}

struct Role<'a> {
    account: &'a Account,
    role: &'a Principal,
}

impl Role<'_> {
    fn may(&self, needed: &[Access], words: impl FnOnce(String) -> String) -> Result<(), String> {
        authorize(self.account, self.role, needed).map_err(|denied| {
            let id = uuid::Uuid::new_v4();
            words(format!(
                "AccessDeniedException: {denied} status code: 400, request id: {id}"
            ))
        })
    }
}

fn initialization(reason: &str) -> String {
    format!(
        "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: {reason}"
    )
}

fn secret_denied(secret: &Secret, denied: &str) -> String {
    if secret.is_of_secrets_manager() {
        let from = &secret.value_from;
        return format!(
            "unable to retrieve secret from asm: service call has been retried 1 time(s): failed to fetch secret {from} from secrets manager: {denied}"
        );
    }
    format!(
        "unable to retrieve secrets from ssm: service call has been retried 1 time(s): {denied}"
    )
}

fn secret_access(account: &Account, secret: &Secret) -> Access {
    if secret.is_of_secrets_manager() {
        return Access::new("secretsmanager:GetSecretValue", secret.arn());
    }
    let name = secret.parameter();
    let resource = format!("parameter/{}", name.trim_start_matches('/'));
    Access::new("ssm:GetParameters", account.arn("ssm", &resource))
}

fn log_access(account: &Account, task_id: &str, container: &ContainerDefinition) -> Vec<Access> {
    let log = container.log_configuration.as_ref();
    let Some(log) = log.filter(|log| log.log_driver == "awslogs") else {
        return Vec::new();
    };
    let option = |name: &str| log.options.get(name).map_or("", String::as_str);
    let group = format!("log-group:{}", option("awslogs-group"));
    let stream = format!(
        "{group}:log-stream:{}/{}/{task_id}",
        option("awslogs-stream-prefix"),
        container.name()
    );
    let mut needed = vec![Access::new(
        "logs:CreateLogStream",
        account.arn("logs", &stream),
    )];
    if option("awslogs-create-group") == "true" {
        let group = format!("{group}:log-stream:");
        needed.insert(
            0,
            Access::new("logs:CreateLogGroup", account.arn("logs", &group)),
        );
    }
    needed
}
