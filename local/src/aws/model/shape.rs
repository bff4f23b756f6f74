//! The shape of a value: its type and its limits.

use std::collections::BTreeMap;

use serde::Deserialize;

/// A shape. Which fields have a meaning depends on its type.
#[derive(Deserialize)]
pub(super) struct Shape {
    pub(super) r#type: Type,
    /// Of a structure: the shapes of its members.
    #[serde(default)]
    pub(super) members: BTreeMap<String, String>,
    #[serde(default)]
    pub(super) required: Vec<String>,
    /// Of a list: the shape of its items.
    #[serde(default)]
    pub(super) of: String,
    /// Of a map: the shape of its values.
    #[serde(default)]
    pub(super) values: String,
    pub(super) min: Option<f64>,
    pub(super) max: Option<f64>,
    pub(super) pattern: Option<String>,
    pub(super) r#enum: Option<Vec<String>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Type {
    Structure,
    List,
    Map,
    String,
    Integer,
    Long,
    Float,
    Double,
    Boolean,
    Timestamp,
    Blob,
}

impl Type {
    /// The type that a reference names, if it is not the name of a shape.
    pub(super) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "string" => Self::String,
            "integer" => Self::Integer,
            "long" => Self::Long,
            "float" => Self::Float,
            "double" => Self::Double,
            "boolean" => Self::Boolean,
            "timestamp" => Self::Timestamp,
            "blob" => Self::Blob,
            _ => return None,
        })
    }
}

impl Shape {
    /// The shapes that this one uses.
    #[cfg(test)]
    pub(super) fn references(&self) -> impl Iterator<Item = &str> {
        let members = self.members.values().map(String::as_str);
        members.chain([self.of.as_str(), self.values.as_str()])
    }
}
