//! What the execution role of a task must allow before a container starts: the image, the secrets and
//! the log. Without an execution role, Fargate needs none of these.

use super::logging::log_stream;
use crate::account::Account;
use crate::services::ec2::{self, Interface};
use crate::services::ecs::task_definition::{ContainerDefinition, Secret};
use crate::services::iam::{Access, Principal, authorize, through_now};
use crate::services::{ecr, secretsmanager, ssm};

/// What a container needs of an AWS service.
pub(in crate::services::ecs) struct Need<'a> {
    /// The service, by its name in an endpoint.
    pub(in crate::services::ecs) service: &'static str,
    pub(in crate::services::ecs) accesses: Vec<Access>,
    step: Step<'a>,
}

/// What Fargate does with it.
enum Step<'a> {
    Login,
    Secret(&'a Secret),
    Log,
    Pull(&'a str),
}

/// Checks the permissions for one container, and the policies of the endpoints on the way.
///
/// # Errors
/// Fargate's reason, as in <https://repost.aws/knowledge-center/ecs-unable-to-pull-secrets> and
/// <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_cannot_pull_image.html>.
pub(super) fn check(
    account: &Account,
    role: &Principal,
    task_id: &str,
    interface: &Interface,
    container: &ContainerDefinition,
) -> Result<(), String> {
    let topology = ec2::topology(account);
    for need in needs(account, task_id, container) {
        let passage = ec2::passage(&topology, interface, need.service).ok();
        let allowed = through_now(passage, || authorize(account, role, &need.accesses));
        allowed.map_err(|denied| need.denied(&denied))?;
    }
    Ok(())
}

/// What a container needs, in the order in which Fargate asks for it.
pub(in crate::services::ecs) fn needs<'a>(
    account: &Account,
    task_id: &str,
    container: &'a ContainerDefinition,
) -> Vec<Need<'a>> {
    let need = |service, step, accesses| Need {
        service,
        accesses,
        step,
    };
    let (login, pull) = ecr::needed_for_pull(account, container.image());
    let mut needs = vec![need("ecr.api", Step::Login, login)];
    for secret in &container.secrets {
        let service = if secret.is_of_secrets_manager() {
            "secretsmanager"
        } else {
            "ssm"
        };
        let accesses = secret_accesses(account, secret);
        needs.push(need(service, Step::Secret(secret), accesses));
    }
    let log = log_access(account, task_id, container);
    needs.push(need("logs", Step::Log, log));
    needs.push(need("ecr.dkr", Step::Pull(container.image()), pull));
    needs
}

impl Need<'_> {
    fn denied(&self, sentence: &str) -> String {
        let id = uuid::Uuid::new_v4();
        let is_of_key = sentence.contains("to perform: kms:");
        let sentence = match self.step {
            // Secrets Manager does not say more, as many public reports show.
            Step::Secret(secret) if is_of_key && secret.is_of_secrets_manager() => {
                "Access to KMS is not allowed"
            }
            _ => sentence,
        };
        let denied =
            format!("AccessDeniedException: {sentence} status code: 400, request id: {id}");
        match self.step {
            Step::Login => initialization(&format!(
                "unable to retrieve ecr registry auth: service call has been retried 1 time(s): {denied}"
            )),
            Step::Secret(secret) => initialization(&secret_denied(secret, &denied)),
            Step::Log => format!(
                "ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: failed to create Cloudwatch log stream: {denied} : exit status 1"
            ),
            Step::Pull(image) => format!(
                "CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref {image}: unexpected status from HEAD request: 403 Forbidden"
            ),
        }
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

/// What a secret needs: first the secret itself, then the key that encrypts it, if it is a user's.
fn secret_accesses(account: &Account, secret: &Secret) -> Vec<Access> {
    if secret.is_of_secrets_manager() {
        let arn = secretsmanager::full_arn(account, secret.arn());
        let arn = arn.unwrap_or_else(|| secret.arn().to_owned());
        let mut needed = vec![Access::new("secretsmanager:GetSecretValue", arn)];
        needed.extend(secretsmanager::accesses_of_key(account, secret.arn()));
        return needed;
    }
    let name = secret.parameter();
    let resource = format!("parameter/{}", name.trim_start_matches('/'));
    let resource = account.arn("ssm", &resource);
    let mut needed = vec![Access::new("ssm:GetParameters", resource)];
    needed.extend(ssm::accesses_of_key(account, &name));
    needed
}

fn log_access(account: &Account, task_id: &str, container: &ContainerDefinition) -> Vec<Access> {
    let Some(stream) = log_arn(account, task_id, container) else {
        return Vec::new();
    };
    let mut needed = vec![Access::new("logs:CreateLogStream", stream.as_str())];
    let log = container.log_configuration.as_ref();
    let creates = log.and_then(|log| log.options.get("awslogs-create-group"));
    if creates.is_some_and(|creates| creates == "true")
        && let Some((group, _)) = stream.split_once(":log-stream:")
    {
        let group = format!("{group}:log-stream:");
        needed.insert(0, Access::new("logs:CreateLogGroup", group));
    }
    needed
}

/// What each line of the output needs; None if it goes to no log group.
pub(in crate::services::ecs) fn put_access(
    account: &Account,
    task_id: &str,
    container: &ContainerDefinition,
) -> Option<Access> {
    let stream = log_arn(account, task_id, container)?;
    Some(Access::new("logs:PutLogEvents", stream))
}

/// The ARN of the log stream.
fn log_arn(account: &Account, task_id: &str, container: &ContainerDefinition) -> Option<String> {
    if !container.has_awslogs() {
        return None;
    }
    let (group, stream) = log_stream(container, task_id);
    Some(account.arn("logs", &format!("log-group:{group}:log-stream:{stream}")))
}
