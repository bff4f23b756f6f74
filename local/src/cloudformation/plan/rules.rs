//! The rules of a template, evaluated with the parameters and the resources of the account.

use serde_json::Value;

use super::target::Target;
use crate::account::{Item, State};
use crate::aws::{AwsError, json};
use crate::cloudformation::functions::{self, Resources};
use crate::cloudformation::template::resource_type;

/// Checks the rules of the template.
///
/// # Errors
/// `ValidationError` with the description of the first assertion that is false.
pub(super) fn check_rules(target: &Target, state: &State) -> Result<(), AwsError> {
    let resources = Resources {
        ids: &|kind| {
            let of_type = state.inventory.of_type(resource_type(kind)?);
            Some(of_type.map(|(id, _)| id.to_owned()).collect())
        },
        attribute: &|kind, id, name| {
            let item = state.inventory.get_of(resource_type(kind)?, id);
            attribute(item, name)
        },
        type_of: &|name| {
            let declared = json::member(target.template.parameters.get(name)?, "Type")?;
            let inner = declared.strip_prefix("List<").unwrap_or(declared);
            Some(inner.trim_end_matches('>').to_owned())
        },
    };
    let nothing = |name: &str, _: Option<&str>| {
        Err(format!(
            "Template error: the resource {name} cannot be used in a rule"
        ))
    };
    target
        .with_scope(state, &nothing, |scope| {
            functions::check_rules(scope, &resources)
        })
        .map_err(AwsError::validation)
}

/// An attribute that rules can see; empty if the resource does not exist or has no value for it.
/// `None` if rules have no such attribute.
fn attribute(item: Option<&Item>, name: &str) -> Option<String> {
    let value = |item: &Item| {
        let found = item.attributes.get(name);
        let found = found.or_else(|| item.properties.get(name));
        found.map(json::text)
    };
    if let Some(key) = name.strip_prefix("Tags.") {
        return Some(item.and_then(|item| tag(item, key)).unwrap_or_default());
    }
    let known = [
        "AvailabilityZone",
        "DefaultNetworkAcl",
        "DefaultSecurityGroup",
        "VpcId",
    ];
    let is_known = known.contains(&name);
    is_known.then(|| item.and_then(value).unwrap_or_default())
}

fn tag(item: &Item, key: &str) -> Option<String> {
    let tags = item.properties.get("Tags").and_then(Value::as_array)?;
    let tag = tags.iter().find(|tag| tag["Key"] == key)?;
    tag.get("Value").map(json::text)
}
