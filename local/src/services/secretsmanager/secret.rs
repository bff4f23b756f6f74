//! `AWS::SecretsManager::Secret`.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::generate::{Wanted, password};
use super::permissions::check_new;
use super::secrets::{CURRENT, Content, Stored};
use crate::account::State;
use crate::resources::{Made, Request, ResourceType, refused_by};

pub(crate) struct Secret;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(crate) struct SecretProperties {
    description: Option<String>,
    generate_secret_string: Option<Generated>,
    kms_key_id: Option<String>,
    name: Option<String>,
    secret_string: Option<String>,
    tags: Vec<Tag>,
}

#[derive(Clone, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
struct Generated {
    generate_string_key: Option<String>,
    secret_string_template: Option<String>,
    #[serde(flatten)]
    wanted: Wanted,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Tag {
    key: String,
    value: String,
}

impl ResourceType for Secret {
    const NAME: &'static str = "AWS::SecretsManager::Secret";
    const SCHEMA: &'static str = include_str!("secret.json");
    type Properties = SecretProperties;

    async fn create(request: &Request, properties: &SecretProperties) -> Result<Made, String> {
        check_key(request, properties)?;
        let name = request.name(properties.name.as_deref());
        let mut secret = Stored::new(&request.account, &name);
        set(&mut secret, properties);
        if let Some(text) = value(properties)? {
            put(&mut secret, text)?;
        }
        let arn = secret.arn.clone();
        let added = request
            .account
            .change(|state| state.secrets.add(&name, secret));
        added.map_err(|err| refused_by("SecretsManager", &err.code, &err.message))?;
        Ok(Made::new(arn.clone(), json!({"Id": arn})))
    }

    async fn update(
        request: &Request,
        before: &SecretProperties,
        properties: &SecretProperties,
    ) -> Result<(), String> {
        if properties.kms_key_id != before.kms_key_id {
            check_key(request, properties)?;
        }
        let changed = properties.secret_string != before.secret_string;
        let text = if changed { value(properties)? } else { None };
        request.account.change(|state| {
            let Ok((_, secret)) = state.secrets.living(&request.physical_id) else {
                return Err("Secrets Manager can't find the specified secret.".to_owned());
            };
            set(secret, properties);
            text.map_or(Ok(()), |text| put(secret, text))
        })
    }

    /// CloudFormation deletes a secret at once, without the time in which it can be restored.
    async fn delete(request: &Request, _: &SecretProperties) -> Result<(), String> {
        request.account.change(|state: &mut State| {
            state
                .secrets
                .0
                .retain(|_, secret| secret.arn != request.physical_id);
        });
        Ok(())
    }
}

/// Checks that the caller may encrypt the secret with its key.
///
/// # Errors
/// Secrets Manager's message.
fn check_key(request: &Request, properties: &SecretProperties) -> Result<(), String> {
    let Some(key) = properties.kms_key_id.as_deref() else {
        return Ok(());
    };
    check_new(&request.account, &request.caller, key)
        .map_err(|err| refused_by("SecretsManager", &err.code, &err.message))
}

fn set(secret: &mut Stored, properties: &SecretProperties) {
    secret.description.clone_from(&properties.description);
    secret.kms_key_id.clone_from(&properties.kms_key_id);
    let tags = properties.tags.iter();
    secret.tags = tags
        .map(|tag| (tag.key.clone(), tag.value.clone()))
        .collect();
}

fn put(secret: &mut Stored, text: String) -> Result<(), String> {
    let content = Content {
        text: Some(text),
        binary: None,
    };
    let id = uuid::Uuid::new_v4().to_string();
    let added = secret.add(&id, content, &[CURRENT.to_owned()]);
    added.map_err(|err| refused_by("SecretsManager", &err.code, &err.message))
}

/// The value of a new secret: given, generated, or none.
fn value(properties: &SecretProperties) -> Result<Option<String>, String> {
    let invalid =
        |sentence: &str| refused_by("SecretsManager", "InvalidRequestException", sentence);
    match (
        &properties.secret_string,
        &properties.generate_secret_string,
    ) {
        (Some(_), Some(_)) => Err(invalid(
            "You can't specify both SecretString and GenerateSecretString.",
        )),
        (Some(text), None) => Ok(Some(text.clone())),
        (None, Some(generated)) => generated.value().map(Some),
        (None, None) => Ok(None),
    }
}

impl Generated {
    /// The password, or the template with the password in it.
    fn value(&self) -> Result<String, String> {
        let refused =
            |sentence: &str| refused_by("SecretsManager", "InvalidRequestException", sentence);
        let password = password(&self.wanted).map_err(|err| refused(&err.message))?;
        match (&self.secret_string_template, &self.generate_string_key) {
            (None, None) => Ok(password),
            (Some(template), Some(key)) => {
                let mut members: Map<String, Value> = serde_json::from_str(template)
                    .map_err(|_| refused("The SecretStringTemplate is not valid JSON."))?;
                members.insert(key.clone(), password.into());
                Ok(Value::Object(members).to_string())
            }
            _ => Err(refused(
                "You must specify both SecretStringTemplate and GenerateStringKey, or neither.",
            )),
        }
    }
}
