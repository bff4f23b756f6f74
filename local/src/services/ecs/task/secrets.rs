//! The secrets of a container, which are fetched before it starts.

use crate::account::Account;
use crate::services::ecs::task_definition::{ContainerDefinition, Secret};

/// The variables of the secrets with their values.
///
/// # Errors
/// Fargate's reason, as in <https://repost.aws/knowledge-center/ecs-unable-to-pull-secrets>.
pub(super) fn fetch(
    account: &Account,
    container: &ContainerDefinition,
) -> Result<Vec<(String, String)>, String> {
    let secrets = container.secrets.iter();
    let values = secrets.map(|secret| Ok((secret.name.clone(), value(account, secret)?)));
    values.collect::<Result<_, String>>().map_err(|reason| {
        format!("ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: {reason}")
    })
}

fn value(account: &Account, secret: &Secret) -> Result<String, String> {
    let from = secret.value_from.as_str();
    if secret.is_of_secrets_manager() {
        let (key, label, version) = secret.version();
        let value = account.read(|state| state.secrets.text(secret.arn(), key, label, version));
        return value.ok_or_else(|| format!(
            "unable to retrieve secret from asm: service call has been retried 1 time(s): failed to fetch secret {from} from secrets manager: ResourceNotFoundException: Secrets Manager can't find the specified secret."
        ));
    }
    let name = secret.parameter();
    let retried = "unable to retrieve secrets from ssm: service call has been retried 1 time(s)";
    let value = account.read(|state| state.parameters.value(&name));
    value.ok_or_else(|| format!("{retried}: invalid ssm parameters: {from}"))
}
