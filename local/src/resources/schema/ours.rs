//! What the local AWS does of a resource type: the JSON file beside the type.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::Value;

use super::node::Node;

/// The JSON file beside a resource type.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct Ours {
    /// The name of the type, for the reader of the file.
    #[cfg_attr(
        not(test),
        expect(dead_code, reason = "a test compares it with the type")
    )]
    pub(super) type_name: String,
    /// The attributes that `Fn::GetAtt` returns.
    pub(super) attributes: BTreeSet<String>,
    /// The paths of the properties that the local AWS implements, each with all below it.
    #[serde(default)]
    pub(super) supported: Vec<String>,
    /// The paths of the properties that it keeps and returns, but that have no effect here.
    #[serde(default)]
    pub(super) kept: Vec<String>,
}

impl Ours {
    /// All paths, as a tree.
    pub(super) fn tree(&self) -> Tree {
        let mut tree = Tree::default();
        for path in self.supported.iter().chain(&self.kept) {
            tree.add(path);
        }
        tree
    }
}

/// Paths of properties. A leaf stands for everything below it.
#[derive(Debug, Default)]
pub(super) struct Tree(BTreeMap<String, Self>);

impl Tree {
    fn add(&mut self, path: &str) {
        let steps = path.split('/');
        steps.fold(self, |tree, step| {
            tree.0.entry(step.to_owned()).or_default()
        });
    }

    /// Whether it has the property `name`, or a part of it.
    pub(super) fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// Whether nothing is known of what is below: it belongs to the tree as a whole.
    fn is_leaf(&self) -> bool {
        self.0.is_empty()
    }

    /// The pointers of the values in `value`, which is at `pointer`, that AWS has and the tree has
    /// not. A value that is AWS's default needs nothing to be done.
    pub(super) fn missing(&self, node: Node<'_>, value: &Value, pointer: &str) -> Vec<String> {
        match value {
            _ if self.is_leaf() => Vec::new(),
            Value::Array(items) => {
                let Some(node) = node.item() else {
                    return Vec::new();
                };
                let items = items.iter().enumerate();
                items
                    .flat_map(|(index, item)| {
                        self.missing(node, item, &format!("{pointer}/{index}"))
                    })
                    .collect()
            }
            Value::Object(members) => {
                let members = members
                    .iter()
                    .filter_map(|(name, member)| Some((name, member, node.member(name)?)));
                members
                    .flat_map(|(name, member, node)| {
                        let pointer = format!("{pointer}/{name}");
                        match self.0.get(name) {
                            Some(tree) => tree.missing(node, member, &pointer),
                            None if node.keyword("default") == Some(member) => Vec::new(),
                            None => vec![pointer],
                        }
                    })
                    .collect()
            }
            _ => Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_missing_is_named_with_its_place() {
        let schema = json!({"properties": {
            "A": {"properties": {"B": {"properties": {"Any": {}}}, "C": {}}},
            "D": {"items": {"properties": {"E": {}, "F": {}}}},
            "G": {"default": false},
            "H": {},
        }});
        let ours: Ours = serde_json::from_value(json!({
            "typeName": "T", "attributes": [], "supported": ["A/B", "D/E"], "kept": ["H"],
        }))
        .unwrap();
        let missing = |value: Value| ours.tree().missing(Node::root(&schema), &value, "");
        let all = json!({
            "A": {"B": {"Any": 1}, "C": 1}, "D": [{"E": 1}, {"E": 1, "F": 1}], "G": true, "H": 1,
            "Unknown": 1,
        });
        assert_eq!(missing(all), ["/A/C", "/D/1/F", "/G"]);
        assert_eq!(missing(json!({"G": false})), [""; 0], "AWS's default");
    }
}
