//! `AWS::WAFv2::WebACL`.

use serde_json::{Value, json};

use super::association;
use super::capacity::capacity;
use super::managed::is_not_done;
use super::named::made;
use super::properties::WebAclProperties;
use super::words::ASSOCIATED;
use crate::account::State;
use crate::aws::{ACCOUNT, AwsError};
use crate::resources::{Made, Request, ResourceType, refused_by};

pub(crate) struct WebAcl;

impl ResourceType for WebAcl {
    const NAME: &'static str = "AWS::WAFv2::WebACL";
    const SCHEMA: &'static str = include_str!("web_acl.json");
    type Properties = WebAclProperties;

    async fn create(request: &Request, properties: &WebAclProperties) -> Result<Made, String> {
        check(properties)?;
        let mut made = made(request, "webacl", properties.name.as_deref());
        let name = made.attributes["Name"].as_str().unwrap_or("");
        let namespace = format!("awswaf:{ACCOUNT}:webacl:{name}:");
        let attributes = &mut made.attributes;
        attributes.insert("LabelNamespace".to_owned(), namespace.into());
        attributes.insert("Capacity".to_owned(), capacity(&properties.rules).into());
        Ok(made)
    }

    async fn update(
        _: &Request,
        _: &WebAclProperties,
        properties: &WebAclProperties,
    ) -> Result<(), String> {
        check(properties)
    }

    async fn delete(request: &Request, _: &WebAclProperties) -> Result<(), String> {
        let id = &request.physical_id;
        let is_used = request.account.read(|state| {
            let item = state.inventory.get_of(Self::NAME, id);
            item.is_some_and(|item| association::is_associated(state, item.attribute("Arn")))
        });
        if is_used {
            return Err(refused_by(
                "Wafv2",
                "WAFAssociatedItemException",
                ASSOCIATED,
            ));
        }
        Ok(())
    }

    fn current(state: &State, id: &str, attribute: &str) -> Option<Value> {
        let item = state.inventory.get_of(Self::NAME, id)?;
        let rules = item.read::<WebAclProperties>().rules;
        (attribute == "Capacity").then(|| json!(capacity(&rules)))
    }
}

/// # Errors
/// A rule group or a protection that AWS has and the local AWS has not.
fn check(properties: &WebAclProperties) -> Result<(), String> {
    let protections = &properties.data_protection_config.data_protections;
    let mut not_done = protections
        .iter()
        .filter(|one| one.field.field_type != "SINGLE_HEADER" || one.action != "SUBSTITUTION");
    if let Some(one) = not_done.next() {
        let what = format!("{} of {}", one.action, one.field.field_type);
        return Err(AwsError::unsupported(&what).message);
    }
    let statements = properties.rules.iter().map(|rule| &rule.statement);
    let managed = statements.filter_map(|one| one.managed_rule_group.as_ref());
    let mut not_done = managed.filter(|one| is_not_done(&one.vendor_name, &one.name));
    not_done.next().map_or(Ok(()), |one| {
        let what = format!("the rule group {}", one.name);
        Err(AwsError::unsupported(&what).message)
    })
}
