//! A place in a provider schema.

use serde_json::Value;

/// A place in a provider schema, with the root that its references lead to.
#[derive(Clone, Copy)]
pub(super) struct Node<'a> {
    root: &'a Value,
    place: &'a Value,
}

impl<'a> Node<'a> {
    pub(super) fn root(root: &'a Value) -> Self {
        Self { root, place: root }
    }

    /// The schema of the member `name` of an object.
    pub(super) fn member(self, name: &str) -> Option<Self> {
        let branches = self.branches();
        let named = branches.iter().find_map(|node| {
            let properties = node.place.get("properties")?;
            properties.get(name)
        });
        let of_map = || branches.iter().find_map(|node| node.map_values());
        named.or_else(of_map).map(|place| self.at(place))
    }

    /// The schema of the items of a list.
    pub(super) fn item(self) -> Option<Self> {
        let branches = self.branches();
        let place = branches.iter().find_map(|node| node.place.get("items"))?;
        Some(self.at(place))
    }

    /// The names of the types of its values, such as `integer`.
    pub(super) fn types(self) -> Vec<&'a str> {
        let branches = self.branches();
        let declared = branches.iter().filter_map(|node| node.place.get("type"));
        declared
            .flat_map(|types| match types {
                Value::Array(names) => names.iter().filter_map(Value::as_str).collect(),
                name => name.as_str().into_iter().collect::<Vec<_>>(),
            })
            .collect()
    }

    /// The keyword `name` of this place.
    pub(super) fn keyword(self, name: &str) -> Option<&'a Value> {
        self.resolved().place.get(name)
    }

    /// The schema of the values of a map, whose names are free.
    fn map_values(self) -> Option<&'a Value> {
        let patterns = self
            .place
            .get("patternProperties")
            .and_then(Value::as_object);
        let of_pattern = patterns.and_then(|patterns| patterns.values().next());
        let others = || {
            self.place
                .get("additionalProperties")
                .filter(|others| others.is_object())
        };
        of_pattern.or_else(others)
    }

    /// This place and all its alternatives, without references.
    fn branches(self) -> Vec<Self> {
        let mut branches = vec![self.resolved()];
        let mut next = 0;
        while let Some(node) = branches.get(next).copied() {
            let alternatives = ["allOf", "anyOf", "oneOf"]
                .into_iter()
                .filter_map(|name| node.place.get(name)?.as_array());
            branches.extend(
                alternatives
                    .flatten()
                    .map(|place| self.at(place).resolved()),
            );
            next += 1;
        }
        branches
    }

    fn resolved(self) -> Self {
        let mut node = self;
        while let Some(target) = node.target() {
            node = self.at(target);
        }
        node
    }

    /// Where the reference leads to, if this is one.
    fn target(self) -> Option<&'a Value> {
        let reference = self.place.get("$ref")?.as_str()?;
        self.root.pointer(reference.trim_start_matches('#'))
    }

    fn at(self, place: &'a Value) -> Self {
        Self {
            root: self.root,
            place,
        }
    }
}
