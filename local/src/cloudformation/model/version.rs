//! A version of a stack: the input and the result of one deployment.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::record::Record;

/// The input of a deployment, and its resources and outputs.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Version {
    pub(crate) template: String,
    pub(crate) parameters: BTreeMap<String, Parameter>,
    pub(crate) tags: BTreeMap<String, String>,
    pub(crate) capabilities: Vec<String>,
    /// The ARN of the role that CloudFormation assumes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) role: Option<String>,
    /// The ARNs of the topics that get the events of the stack.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) notification_arns: Vec<String>,
    pub(crate) resources: BTreeMap<String, Record>,
    pub(crate) outputs: BTreeMap<String, Output>,
    /// The names of the exports of other stacks that this one imports.
    pub(crate) imports: BTreeSet<String>,
}

impl Version {
    /// Replaces every value of a `NoEcho` parameter in `text` by asterisks.
    pub(crate) fn mask(&self, text: &str) -> String {
        let secrets = self
            .parameters
            .values()
            .filter(|parameter| parameter.no_echo && !parameter.value.is_empty());
        secrets.fold(text.to_owned(), |text, secret| {
            text.replace(&secret.value, "****")
        })
    }

    /// The resources that exist, with their logical ids.
    pub(crate) fn existing(&self) -> impl Iterator<Item = (&String, &Record)> {
        self.resources.iter().filter(|(_, record)| record.exists())
    }

    /// Copies of the resources that exist, with their logical ids.
    pub(crate) fn existing_records(&self) -> Vec<(String, Record)> {
        self.existing()
            .map(|(name, record)| (name.clone(), record.clone()))
            .collect()
    }

    /// The resource `logical_id`, if it exists.
    pub(crate) fn existing_resource(&self, logical_id: &str) -> Option<&Record> {
        self.resources
            .get(logical_id)
            .filter(|record| record.exists())
    }

    /// The names and values of the exports.
    pub(crate) fn exports(&self) -> impl Iterator<Item = (&str, &str)> {
        self.outputs
            .values()
            .filter_map(|output| Some((output.export.as_deref()?, output.value.as_str())))
    }
}

/// A parameter of a stack.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Parameter {
    /// The value that the caller gave, or the default.
    pub(crate) value: String,
    /// For the SSM types, the value of the SSM parameter when the stack was deployed.
    pub(crate) resolved: Option<String>,
    pub(crate) no_echo: bool,
    /// What `Ref` returns: a string, or a list for the list types.
    pub(crate) reference: Value,
}

/// An output of a stack.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Output {
    pub(crate) value: String,
    pub(crate) description: Option<String>,
    pub(crate) export: Option<String>,
}
