//! `AWS::SSM::Parameter`.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::parameters::Write;
use crate::account::{Account, State};
use crate::aws::suffix;
use crate::resources::{Found, Made, Request, ResourceType, members};

pub(crate) struct Parameter;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(crate) struct ParameterProperties {
    name: Option<String>,
    r#type: Option<String>,
    value: Option<String>,
    description: Option<String>,
}

impl ResourceType for Parameter {
    const NAME: &'static str = "AWS::SSM::Parameter";
    const SCHEMA: &'static str = include_str!("parameter.json");
    const IDENTIFIER: Option<&'static str> = Some("Name");
    type Properties = ParameterProperties;

    fn exists(_: &Account, state: &State, name: &str) -> bool {
        state.parameters.get(name).is_some()
    }

    async fn create(request: &Request, properties: &ParameterProperties) -> Result<Made, String> {
        let name = properties
            .name
            .clone()
            .unwrap_or_else(|| format!("CFN-{}-{}", request.logical_id, suffix(12)));
        let attributes = json!({"Type": properties.r#type, "Value": properties.value});
        Ok(Made::new(name, attributes))
    }

    fn record(
        state: &mut State,
        properties: &ParameterProperties,
        name: &str,
    ) -> Result<(), String> {
        write(state, name, properties, false)
    }

    async fn update(
        request: &Request,
        _: &ParameterProperties,
        properties: &ParameterProperties,
    ) -> Result<(), String> {
        request
            .account
            .change(|state| write(state, &request.physical_id, properties, true))
    }

    async fn delete(request: &Request, _: &ParameterProperties) -> Result<(), String> {
        request
            .account
            .change(|state| state.parameters.remove(&request.physical_id));
        Ok(())
    }

    async fn read(account: &Account, name: &str, expected: &Value) -> Found {
        let current = account.read(|state| {
            let parameter = state.parameters.get(name)?;
            let value = &parameter.version(None)?.1.value;
            Some((parameter.kind.clone(), value.clone()))
        });
        let Some((kind, value)) = current else {
            return Found::Gone;
        };
        let mut actual = expected.clone();
        actual["Type"] = kind.into();
        actual["Value"] = value.into();
        Found::Properties(actual)
    }

    fn attributes(_: &Account, _: &str, properties: &Value) -> Map<String, Value> {
        members(json!({"Type": properties.get("Type"), "Value": properties.get("Value")}))
    }
}

fn write(
    state: &mut State,
    name: &str,
    properties: &ParameterProperties,
    overwrite: bool,
) -> Result<(), String> {
    let value = properties.value.as_deref();
    let write = Write {
        name,
        value: value.ok_or("Value must not be empty")?,
        kind: properties.r#type.as_deref(),
        description: properties.description.as_deref(),
        overwrite,
    };
    let written = state.parameters.write(&write);
    written.map(|_| ()).map_err(|err| err.message)
}
