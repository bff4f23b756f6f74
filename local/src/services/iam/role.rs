//! `AWS::IAM::Role`.

use std::time::Duration;

use serde_json::json;

use super::roles::{RoleProperties, managed_policy};
use crate::account::Account;
use crate::aws::{ACCOUNT, PARTITION, now, suffix};
use crate::resources::{Made, Request, ResourceType, refusal};

pub(crate) struct Role;

impl ResourceType for Role {
    const NAME: &'static str = "AWS::IAM::Role";
    const SCHEMA: &'static str = include_str!("role.json");
    const USUAL_DURATION: Duration = Duration::from_secs(16);
    type Properties = RoleProperties;

    async fn create(request: &Request, properties: &RoleProperties) -> Result<Made, String> {
        check(&request.account, properties)?;
        let name = request.name(properties.role_name.as_deref());
        let path = &properties.path;
        let arn = format!("arn:{PARTITION}:iam::{ACCOUNT}:role{path}{name}");
        let attributes = json!({
            "Arn": arn,
            "RoleId": format!("AROA{}", suffix(17)),
            "CreateDate": now(),
        });
        Ok(Made::new(name, attributes))
    }

    async fn update(
        request: &Request,
        _: &RoleProperties,
        after: &RoleProperties,
    ) -> Result<(), String> {
        check(&request.account, after)
    }
}

/// Checks that the permissions boundary exists.
fn check(account: &Account, properties: &RoleProperties) -> Result<(), String> {
    let exists = |arn: &str| account.read(|state| managed_policy(state, arn).is_some());
    match properties.permissions_boundary.as_deref() {
        Some(arn) if !exists(arn) => {
            let sentence = format!("Scope ARN: {arn} does not exist or is not attachable.");
            Err(refusal(&sentence, "Iam", 404))
        }
        _ => Ok(()),
    }
}
