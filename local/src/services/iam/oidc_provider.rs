//! `AWS::IAM::OIDCProvider`.

use serde::Deserialize;
use serde_json::json;

use crate::aws::{ACCOUNT, PARTITION};
use crate::resources::{Made, Request, ResourceType};

pub(crate) struct OidcProvider;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(crate) struct OidcProviderProperties {
    url: String,
}

impl ResourceType for OidcProvider {
    const NAME: &'static str = "AWS::IAM::OIDCProvider";
    const SCHEMA: &'static str = include_str!("oidc_provider.json");
    type Properties = OidcProviderProperties;

    async fn create(_: &Request, properties: &OidcProviderProperties) -> Result<Made, String> {
        let host = properties.url.trim_start_matches("https://");
        let arn = format!("arn:{PARTITION}:iam::{ACCOUNT}:oidc-provider/{host}");
        Ok(Made::new(arn.clone(), json!({"Arn": arn})))
    }
}
