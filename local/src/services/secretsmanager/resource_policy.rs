//! `AWS::SecretsManager::ResourcePolicy`.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::account::State;
use crate::aws::json::text;
use crate::resources::{Made, Request, ResourceType, refused_by};

pub(crate) struct ResourcePolicy;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(crate) struct ResourcePolicyProperties {
    resource_policy: Value,
    secret_id: String,
}

impl ResourceType for ResourcePolicy {
    const NAME: &'static str = "AWS::SecretsManager::ResourcePolicy";
    const SCHEMA: &'static str = include_str!("resource_policy.json");
    type Properties = ResourcePolicyProperties;

    /// The physical id is the ARN of the secret.
    async fn create(
        request: &Request,
        properties: &ResourcePolicyProperties,
    ) -> Result<Made, String> {
        let arn = request.account.read(|state| {
            let found = state.secrets.get(&properties.secret_id);
            found.map(|(_, secret)| secret.arn.clone())
        });
        let arn = arn.map_err(|err| refused_by("SecretsManager", &err.code, &err.message))?;
        Ok(Made::new(arn.clone(), json!({"Id": arn})))
    }

    fn record(
        state: &mut State,
        properties: &ResourcePolicyProperties,
        id: &str,
    ) -> Result<(), String> {
        set(state, id, Some(text(&properties.resource_policy)))
    }

    async fn update(
        request: &Request,
        _: &ResourcePolicyProperties,
        properties: &ResourcePolicyProperties,
    ) -> Result<(), String> {
        let policy = Some(text(&properties.resource_policy));
        let id = &request.physical_id;
        request.account.change(|state| set(state, id, policy))
    }

    async fn delete(request: &Request, _: &ResourcePolicyProperties) -> Result<(), String> {
        // A secret that is gone needs no policy.
        let id = &request.physical_id;
        request.account.change(|state| {
            let _ = set(state, id, None);
        });
        Ok(())
    }
}

fn set(state: &mut State, secret: &str, policy: Option<String>) -> Result<(), String> {
    let found = state.secrets.living(secret);
    let (_, secret) = found.map_err(|err| refused_by("SecretsManager", &err.code, &err.message))?;
    secret.policy = policy;
    Ok(())
}
