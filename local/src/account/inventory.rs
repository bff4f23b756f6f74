//! Every resource of the account, and which resources use another one.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::aws;

/// The resources, by type and then by physical id: a cluster and a log group may have
/// the same name.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Inventory(BTreeMap<String, BTreeMap<String, Item>>);

/// A resource of the account.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Item {
    pub(crate) resource_type: String,
    pub(crate) properties: Value,
    pub(crate) attributes: Map<String, Value>,
}

impl Item {
    /// The properties in the type that a service reads. If an older local AWS saved properties that
    /// this version cannot read, all of them count as missing.
    pub(crate) fn read<T: DeserializeOwned + Default>(&self) -> T {
        aws::read(&self.properties).unwrap_or_default()
    }

    /// The attribute `name` as text; empty if there is none.
    pub(crate) fn attribute(&self, name: &str) -> &str {
        self.attributes
            .get(name)
            .and_then(Value::as_str)
            .unwrap_or("")
    }
}

impl Inventory {
    /// Adds a resource.
    ///
    /// # Errors
    /// AWS's message if one of this type and id exists already.
    pub(crate) fn put(&mut self, id: &str, item: Item) -> Result<(), String> {
        let of_type = self.0.entry(item.resource_type.clone()).or_default();
        if of_type.contains_key(id) {
            let resource_type = &item.resource_type;
            return Err(format!(
                "Resource of type '{resource_type}' with identifier '{id}' already exists."
            ));
        }
        of_type.insert(id.to_owned(), item);
        Ok(())
    }

    /// The resource of any type with this id. Use it for ids that are unique, such as ARNs.
    pub(crate) fn get(&self, id: &str) -> Option<&Item> {
        self.0.values().find_map(|of_type| of_type.get(id))
    }

    /// The resource of this type and id.
    pub(crate) fn get_of(&self, resource_type: &str, id: &str) -> Option<&Item> {
        self.0.get(resource_type)?.get(id)
    }

    /// Whether a resource of this type and id exists.
    pub(crate) fn has(&self, resource_type: &str, id: &str) -> bool {
        self.0
            .get(resource_type)
            .is_some_and(|of_type| of_type.contains_key(id))
    }

    pub(crate) fn get_mut(&mut self, resource_type: &str, id: &str) -> Option<&mut Item> {
        self.0.get_mut(resource_type)?.get_mut(id)
    }

    pub(crate) fn remove(&mut self, resource_type: &str, id: &str) -> Option<Item> {
        self.0.get_mut(resource_type)?.remove(id)
    }

    /// The resources of one type, with their ids.
    pub(crate) fn of_type(&self, resource_type: &str) -> impl Iterator<Item = (&str, &Item)> {
        let of_type = self.0.get(resource_type);
        of_type
            .into_iter()
            .flatten()
            .map(|(id, item)| (id.as_str(), item))
    }

    /// The ids of the resources that depend on `id`: their properties contain it, and their type
    /// starts with one of `services`, such as `"AWS::EC2::"`.
    pub(crate) fn users(&self, id: &str, services: &[&str]) -> Vec<&str> {
        self.0
            .values()
            .flatten()
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
