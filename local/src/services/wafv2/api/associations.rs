//! Which web ACL inspects the requests to which load balancer.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Value, json};

use super::WORDS;
use super::web_acls::{by_arn, shown};
use crate::account::Account;
use crate::aws::{Answer, AwsError};
use crate::services::wafv2::WebAclAssociation;
use crate::services::wafv2::association::{LOAD_BALANCER, all, remove, web_acl_of};
use crate::services::wafv2::words::{self, NONEXISTENT};

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Named {
    #[serde(rename = "WebACLArn")]
    web_acl_arn: String,
    #[serde(rename = "ResourceArn")]
    resource_arn: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct OfWebAcl {
    #[serde(rename = "WebACLArn")]
    web_acl_arn: String,
    #[serde(rename = "ResourceType")]
    resource_type: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct OfResource {
    resource_arn: String,
}

pub(super) async fn associate(account: &Arc<Account>, input: &Named) -> Answer {
    let properties = json!({"ResourceArn": input.resource_arn, "WebACLArn": input.web_acl_arn});
    account.change(|state| {
        // The same association again changes nothing.
        let same = web_acl_of(state, &input.resource_arn).as_ref() == Some(&input.web_acl_arn);
        same && remove(state, &input.resource_arn)
    });
    WORDS
        .create::<WebAclAssociation>(account, properties)
        .await?;
    Ok(json!({}))
}

pub(super) fn disassociate(account: &Account, input: &OfResource) -> Result<Value, AwsError> {
    check_resource(account, &input.resource_arn)?;
    account.change(|state| remove(state, &input.resource_arn));
    Ok(json!({}))
}

pub(super) fn web_acl(account: &Account, input: &OfResource) -> Result<Value, AwsError> {
    check_resource(account, &input.resource_arn)?;
    let arn = account.read(|state| web_acl_of(state, &input.resource_arn));
    let Some(arn) = arn else { return Ok(json!({})) };
    Ok(json!({"WebACL": shown(&by_arn(account, &arn)?)}))
}

pub(super) fn resources(account: &Account, input: &OfWebAcl) -> Result<Value, AwsError> {
    by_arn(account, &input.web_acl_arn)?;
    // Without a type, load balancers are listed (API reference, ListResourcesForWebACL).
    let kind = input.resource_type.as_deref();
    let is_listed = kind.is_none_or(|kind| kind == "APPLICATION_LOAD_BALANCER");
    let arns: Vec<String> = account.read(|state| {
        let own = all(state).filter(|(_, one)| one.web_acl_arn == input.web_acl_arn);
        own.map(|(_, one)| one.resource_arn)
            .filter(|_| is_listed)
            .collect()
    });
    Ok(json!({"ResourceArns": arns}))
}

fn check_resource(account: &Account, arn: &str) -> Result<(), AwsError> {
    if account.read(|state| state.inventory.has(LOAD_BALANCER, arn)) {
        return Ok(());
    }
    Err(words::error(NONEXISTENT))
}
