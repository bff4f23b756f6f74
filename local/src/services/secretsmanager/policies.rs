//! The policies of secrets.

use serde_json::Value;

use crate::account::State;
use crate::resources::subject::{Subject, at, fail_if};
use crate::resources::{no_opening, rules};
use crate::services::iam::{Attached, Document, Effect, Fault, Principal, examine};

rules! { "SecretsManager", no_opening;
    secret_policy, "SecretsManager::ResourcePolicy", MalformedPolicyDocumentException, "The policy follows the grammar, its principals exist, and its author can change it", "https://docs.aws.amazon.com/secretsmanager/latest/userguide/manage_secret-policy.html";
    public_policy, "SecretsManager::ResourcePolicy", PublicPolicyException, "The policy is not for everybody if BlockPublicPolicy is true", "https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_PutResourcePolicy.html";
}

fn secret_policy(subject: &Subject<'_>) -> Result<(), String> {
    let policy = at(subject.properties, "ResourcePolicy");
    policy.map_or(Ok(()), |policy| {
        let secret = subject.text("SecretId").unwrap_or("*");
        check(subject.state, subject.region, policy)?;
        check_lockout(subject.caller, secret, policy)
    })
}

fn public_policy(subject: &Subject<'_>) -> Result<(), String> {
    let policy = at(subject.properties, "ResourcePolicy");
    policy.map_or(Ok(()), |policy| {
        let blocked = subject.is("BlockPublicPolicy", true);
        check_public(subject.state, subject.region, policy, blocked)
    })
}

/// Checks the policy of a secret.
///
/// # Errors
/// The sentence of Secrets Manager, as in the page of the first rule.
pub(super) fn check(state: &State, region: &str, policy: &Value) -> Result<(), String> {
    let sentence = match examine(state, region, policy) {
        Ok(document)
            if document
                .statements
                .iter()
                .all(|one| one.resources.is_some()) =>
        {
            return Ok(());
        }
        Err(Fault::Principal) => "This resource policy contains an unsupported principal.",
        Err(Fault::Service) => "This resource policy contains an invalid service principal.",
        _ => "This resource policy contains a syntax error.",
    };
    Err(sentence.to_owned())
}

/// Checks that no statement denies its author to change the policy.
///
/// # Errors
/// The sentence of Secrets Manager.
pub(super) fn check_lockout(
    author: &Principal,
    secret: &str,
    policy: &Value,
) -> Result<(), String> {
    let attached = Attached::of(policy, false);
    let denied = attached.denies(author, "secretsmanager:PutResourcePolicy", secret);
    fail_if(denied, || {
        "Your requested changes will not allow you to manage this secret in the future.".to_owned()
    })
}

/// Checks that a policy is not for everybody, if that is asked for.
///
/// # Errors
/// The sentence of Secrets Manager.
pub(super) fn check_public(
    state: &State,
    region: &str,
    policy: &Value,
    blocked: bool,
) -> Result<(), String> {
    let document = examine(state, region, policy);
    let broad = document.is_ok_and(|document| is_public(&document));
    fail_if(blocked && broad, || {
        "You can't attach a resource-based policy that allows broad access to the secret."
            .to_owned()
    })
}

fn is_public(document: &Document) -> bool {
    document.statements.iter().any(|one| {
        let everybody = one
            .principals
            .as_ref()
            .is_some_and(|whom| whom.entries.iter().any(|(_, name)| name == "*"));
        one.effect == Effect::Allow && everybody && one.conditions.is_empty()
    })
}

/// The policy of a secret, by its ARN.
pub(crate) fn resource_policy(state: &State, arn: &str) -> Option<Value> {
    let (_, secret) = state.secrets.get(arn).ok()?;
    secret.policy.as_deref().map(Value::from)
}

/// Whether any secret has a policy.
pub(crate) fn has_resource_policies(state: &State) -> bool {
    state
        .secrets
        .0
        .values()
        .any(|secret| secret.policy.is_some())
}
