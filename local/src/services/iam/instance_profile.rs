//! `AWS::IAM::InstanceProfile`. It is kept: there are no instances.

use serde::Deserialize;
use serde_json::json;

use super::roles;
use crate::aws::{ACCOUNT, PARTITION};
use crate::resources::{Made, Request, ResourceType, refusal};

pub(crate) struct InstanceProfile;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(crate) struct InstanceProfileProperties {
    instance_profile_name: Option<String>,
    path: Option<String>,
    roles: Vec<String>,
}

impl ResourceType for InstanceProfile {
    const NAME: &'static str = "AWS::IAM::InstanceProfile";
    const SCHEMA: &'static str = include_str!("instance_profile.json");
    type Properties = InstanceProfileProperties;

    async fn create(
        request: &Request,
        properties: &InstanceProfileProperties,
    ) -> Result<Made, String> {
        check(request, properties)?;
        let name = request.name(properties.instance_profile_name.as_deref());
        let path = properties.path.as_deref().unwrap_or("/");
        let arn = format!("arn:{PARTITION}:iam::{ACCOUNT}:instance-profile{path}{name}");
        Ok(Made::new(name, json!({"Arn": arn})))
    }

    async fn update(
        request: &Request,
        _: &InstanceProfileProperties,
        after: &InstanceProfileProperties,
    ) -> Result<(), String> {
        check(request, after)
    }
}

fn check(request: &Request, properties: &InstanceProfileProperties) -> Result<(), String> {
    request.account.read(|state| {
        let mut names = properties.roles.iter();
        names
            .find(|name| roles::find(state, name).is_none())
            .map_or(Ok(()), |name| {
                let message = format!("The role with name {name} cannot be found.");
                Err(refusal(&message, "Iam", 404))
            })
    })
}
