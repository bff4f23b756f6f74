//! What can be done with the text of a template before anything is deployed.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::functions::{Inputs, Lookup, condition, scope};
use super::template::{Template, capabilities, check, dependencies, in_order, parameters};
use super::transform::processed;
use crate::account::State;
use crate::services::ec2::zones;

/// Reads a template, checks it and resolves its functions.
pub(crate) fn fuzz(text: &str) {
    let Ok(template) = Template::parse(text) else {
        return;
    };
    // Only what has passed the check goes on, as in the API.
    if check(&template).is_err() {
        return;
    }
    let nothing = BTreeMap::new();
    let _ = parameters(&template, &nothing, &BTreeMap::new(), &State::default());
    let values = values(&template.parameters);
    let resource = |name: &str, attribute: Option<&str>| match (name, attribute) {
        ("R", attribute) => Ok(json!(attribute.unwrap_or("id"))),
        _ => Err(format!("{name} does not exist")),
    };
    let zones = zones("eu-central-1");
    let Ok(template) = processed(template, inputs(&values, &zones, &resource)) else {
        return;
    };
    if check(&template).is_err() {
        return;
    }
    capabilities(&template);
    in_order(&dependencies(&template));
    let scope = scope(&template, inputs(&values, &zones, &resource));
    for definition in template.resources.values() {
        let _ = scope.resolve(&definition.properties);
    }
    for output in template.outputs.values() {
        let _ = scope.resolve(output);
    }
    for name in template.conditions.keys() {
        let _ = condition(&scope, name);
    }
}

/// The default values of the parameters.
fn values(declared: &Map<String, Value>) -> BTreeMap<String, Value> {
    let defaults = declared.iter();
    let defaults =
        defaults.filter_map(|(name, one)| Some((name.clone(), one.get("Default")?.clone())));
    defaults.collect()
}

fn inputs<'a>(
    parameters: &'a BTreeMap<String, Value>,
    zones: &'a [String],
    resource: Lookup<'a>,
) -> Inputs<'a> {
    Inputs {
        parameters,
        region: "eu-central-1",
        zones,
        stack_name: "fuzz",
        stack_id: "arn:aws:cloudformation:eu-central-1:123456789012:stack/fuzz/1",
        resource,
        export: &|name| Some(name.to_owned()),
        output: &|_, name| Some(name.to_owned()),
        topics: &[],
        planning: false,
    }
}
