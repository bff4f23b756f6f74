//! `ListOpenIDConnectProviders` and `GetOpenIDConnectProvider`.

use serde::Deserialize;
use serde_json::{Value, json};

use super::no_such_entity;
use crate::account::Account;
use crate::aws::AwsError;
use crate::resources::ResourceType as _;
use crate::services::iam::OidcProvider;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Input {
    #[serde(rename = "OpenIDConnectProviderArn")]
    arn: String,
}

pub(super) fn list(account: &Account) -> Value {
    let all: Vec<Value> = account.read(|state| {
        let providers = state.inventory.of_type(OidcProvider::NAME);
        providers.map(|(arn, _)| json!({"Arn": arn})).collect()
    });
    json!({"OpenIDConnectProviderList": all})
}

pub(super) fn get(account: &Account, input: &Input) -> Result<Value, AwsError> {
    account.read(|state| {
        let item = state.inventory.get_of(OidcProvider::NAME, &input.arn);
        let item = item.ok_or_else(|| {
            let arn = &input.arn;
            no_such_entity(format!("OpenIDConnect Provider not found for arn {arn}"))
        })?;
        let given = &item.properties;
        let url = given["Url"].as_str().unwrap_or("");
        Ok(json!({
            "Url": url.trim_start_matches("https://"),
            "ClientIDList": given["ClientIdList"],
            "ThumbprintList": given["ThumbprintList"],
            "Tags": given["Tags"],
        }))
    })
}
