//! What the `Describe` actions have in common.

use serde_json::{Value, json};

use crate::account::{Account, Item, State};
use crate::aws::AwsError;

/// An action that lists resources.
pub(super) struct Listing {
    pub(super) action: &'static str,
    /// The member of the output with the resources.
    pub(super) set: &'static str,
    /// The members of the input that name resources, each with the member of a resource that it means.
    pub(super) ids: &'static [(&'static str, &'static str)],
    /// The beginning of every id, such as `vpc-`; empty if ids have no form.
    pub(super) prefix: &'static str,
    /// The name of the type in error codes: `InvalidVpcID`.
    pub(super) code: &'static str,
    /// The sentence for an id that does not exist; `{}` is the id.
    pub(super) missing: &'static str,
    /// The filters of the model, each with the path of the member that it means. A list is searched.
    pub(super) filters: &'static [(&'static str, &'static str)],
    /// The largest page; 0 if the action has no pages.
    pub(super) page: usize,
    pub(super) all: fn(&Account) -> Vec<Value>,
}

impl Listing {
    /// The error for an id that does not exist.
    pub(super) fn missing(&self, id: &str) -> AwsError {
        let code = match self.code {
            "NatGateway" => "NatGatewayNotFound".to_owned(),
            "InvalidParameterValue" => self.code.to_owned(),
            code => format!("{code}.NotFound"),
        };
        AwsError::new(&code, self.missing.replace("{}", id))
    }

    /// The error for an id of the wrong form.
    pub(super) fn malformed(&self, id: &str) -> AwsError {
        let sentence = format!("Invalid id: \"{id}\" (expecting \"{}...\")", self.prefix);
        let code = match self.code {
            "NatGateway" => "NatGatewayMalformed".to_owned(),
            code => format!("{code}.Malformed"),
        };
        AwsError::new(&code, sentence)
    }
}

/// The resources of a type, each made into EC2's shape.
pub(super) fn each(
    account: &Account,
    resource_type: &str,
    make: impl Fn(&State, &str, &Item) -> Value,
) -> Vec<Value> {
    account.read(|state| {
        let items = state.inventory.of_type(resource_type);
        items.map(|(id, item)| make(state, id, item)).collect()
    })
}

/// The tags of a resource: those of its properties, and those that CloudFormation adds.
pub(super) fn tags(state: &State, id: &str, item: &Item) -> Value {
    let own = item.properties["Tags"].as_array().cloned();
    let own = own.unwrap_or_default().into_iter();
    let own = own.map(|tag| json!({"key": tag["Key"], "value": tag["Value"]}));
    let living = state.stacks.iter().filter(|stack| !stack.is_deleted());
    let found = living.flat_map(|stack| {
        let existing = stack.current.existing();
        let found = existing.filter(|(_, record)| record.physical_id == id);
        found.map(|(name, _)| {
            [
                ("aws:cloudformation:stack-name", stack.name.clone()),
                ("aws:cloudformation:stack-id", stack.id.clone()),
                ("aws:cloudformation:logical-id", name.clone()),
            ]
        })
    });
    let added = found
        .flatten()
        .map(|(key, value)| json!({"key": key, "value": value}));
    own.chain(added).collect()
}
