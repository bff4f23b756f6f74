//! `AWS::IAM::Policy`.

use serde::Deserialize;
use serde_json::json;

use crate::resources::{Made, Request, ResourceType};

pub(crate) struct Policy;

#[derive(Deserialize)]
pub(crate) struct PolicyProperties {}

impl ResourceType for Policy {
    const NAME: &'static str = "AWS::IAM::Policy";
    const SCHEMA: &'static str = include_str!("policy.json");
    type Properties = PolicyProperties;

    /// The id is generated even if the policy has a name, because the name is unique only within
    /// its role.
    async fn create(request: &Request, _: &PolicyProperties) -> Result<Made, String> {
        let id = request.name(None);
        Ok(Made::new(id.clone(), json!({"Id": id})))
    }
}
