//! Every resource that stands in the account, and what uses what.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// The resources that stand, by physical id.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Inventory(BTreeMap<String, Item>);

/// A resource that stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Item {
    pub(crate) resource_type: String,
    pub(crate) properties: Value,
    pub(crate) attributes: Map<String, Value>,
}

impl Item {
    /// The attribute `name` as text; empty if there is none.
    pub(crate) fn attribute(&self, name: &str) -> &str {
        self.attributes
            .get(name)
            .and_then(Value::as_str)
            .unwrap_or_default()
    }
}

impl Inventory {
    pub(crate) fn put(&mut self, id: &str, item: Item) {
        self.0.insert(id.to_owned(), item);
    }

    pub(crate) fn get(&self, id: &str) -> Option<&Item> {
        self.0.get(id)
    }

    pub(crate) fn get_mut(&mut self, id: &str) -> Option<&mut Item> {
        self.0.get_mut(id)
    }

    pub(crate) fn remove(&mut self, id: &str) -> Option<Item> {
        self.0.remove(id)
    }

    /// The resources of one type, with their ids.
    pub(crate) fn of_type<'a>(
        &'a self,
        resource_type: &'a str,
    ) -> impl Iterator<Item = (&'a str, &'a Item)> {
        self.0
            .iter()
            .filter(move |(_, item)| item.resource_type == resource_type)
            .map(|(id, item)| (id.as_str(), item))
    }

    /// The ids of the resources whose properties name `id` and whose type starts with one of
    /// `services` (`"AWS::EC2::"`): those that would lose their ground with it.
    pub(crate) fn users(&self, id: &str, services: &[&str]) -> Vec<&str> {
        self.0
            .iter()
            .filter(|(_, item)| {
                services
                    .iter()
                    .any(|service| item.resource_type.starts_with(service))
            })
            .filter(|(_, item)| names(&item.properties, id))
            .map(|(user, _)| user.as_str())
            .collect()
    }
}

/// Whether any string in `value` is `id`.
fn names(value: &Value, id: &str) -> bool {
    match value {
        Value::String(text) => text == id,
        Value::Array(items) => items.iter().any(|item| names(item, id)),
        Value::Object(members) => members.values().any(|member| names(member, id)),
        _ => false,
    }
}
