//! The tags of a stack, which go to all its resources that can have tags.

use std::collections::BTreeMap;

use serde_json::{Value, json};

/// Adds tags to a property that is a map of them. The resource's own tags take precedence.
pub(super) fn add_to_map(properties: &mut Value, name: &str, tags: &BTreeMap<String, String>) {
    for (key, value) in tags {
        let own = properties.get(name).and_then(|own| own.get(key));
        if own.is_none() {
            properties[name][key] = value.as_str().into();
        }
    }
}

/// Adds tags to a property that is a list of them. The resource's own tags take precedence.
pub(super) fn add_to_list(properties: &mut Value, name: &str, tags: &BTreeMap<String, String>) {
    for (key, value) in tags {
        let tag = json!({"Key": key, "Value": value});
        match properties.get_mut(name).and_then(Value::as_array_mut) {
            Some(own) if own.iter().any(|known| known["Key"] == key.as_str()) => {}
            Some(own) => own.push(tag),
            None => properties[name] = vec![tag].into(),
        }
    }
}
