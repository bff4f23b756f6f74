//! `AWS::KMS::Alias`.

use serde::Deserialize;
use serde_json::json;

use crate::aws::seconds;
use crate::resources::{Made, Request, ResourceType, refused_by};

pub(crate) struct Alias;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(crate) struct AliasProperties {
    alias_name: String,
    target_key_id: String,
}

impl ResourceType for Alias {
    const NAME: &'static str = "AWS::KMS::Alias";
    const SCHEMA: &'static str = include_str!("alias.json");
    type Properties = AliasProperties;

    async fn create(request: &Request, properties: &AliasProperties) -> Result<Made, String> {
        let account = &request.account;
        let (name, key) = (&properties.alias_name, &properties.target_key_id);
        account
            .change(|state| state.kms.add_alias(account, name, key))
            .map_err(|err| refused_by("Kms", &err.code, &err.message))?;
        Ok(Made::new(name.clone(), json!({})))
    }

    async fn update(
        request: &Request,
        _: &AliasProperties,
        properties: &AliasProperties,
    ) -> Result<(), String> {
        let account = &request.account;
        let updated = account.change(|state| {
            let key = state.kms.id(account, &properties.target_key_id)?;
            if let Some(alias) = state.kms.aliases.get_mut(&request.physical_id) {
                alias.key = key;
                alias.updated = seconds();
            }
            Ok(())
        });
        updated.map_err(|err: crate::aws::AwsError| refused_by("Kms", &err.code, &err.message))
    }

    async fn delete(request: &Request, _: &AliasProperties) -> Result<(), String> {
        request
            .account
            .change(|state| state.kms.aliases.remove(&request.physical_id));
        Ok(())
    }
}
