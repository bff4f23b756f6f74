//! The schema of each resource type: AWS's own provider schema, and what the local AWS does of it.
//!
//! AWS's schemas are in `local/schemas/`, where a script writes them: types, required properties,
//! patterns, lengths, what is read-only, what forces a replacement, what `Fn::GetAtt` accepts.
//!
//! The JSON file beside each resource type says what the local AWS does of the type. `supported`
//! lists the paths of the properties that it implements, such as `KeySchema` or `Rules/Name`, each
//! with all properties below it. `kept` lists those that it keeps and returns, but that have no
//! effect on one machine. `attributes` lists what `Fn::GetAtt` returns. A property or an attribute
//! that AWS has, but that is in neither list, is refused as not done yet.

mod check;
mod coerce;
mod finding;
mod keywords;
mod node;
mod ours;
mod pointers;
mod tags;
mod words;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{LazyLock, OnceLock};

use jsonschema::Validator;
use serde_json::Value;

#[cfg(test)]
use self::finding::Finding;
use self::node::Node;
use self::ours::{Ours, Tree};
use self::pointers::{pointers, values};
use super::handler::Handler;
use super::table::TABLE;

/// The provider schemas, by the name of the type, sorted.
static FILES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/schemas.rs"));

/// The names of all resource types that AWS has, one a line.
static NAMES: &str = include_str!("../../../schemas/names");

/// A schema is read when a template first uses its type.
static SCHEMAS: LazyLock<BTreeMap<&str, Entry>> = LazyLock::new(|| {
    let entries = TABLE.iter().map(|handler| {
        let schema = OnceLock::new();
        (
            handler.name(),
            Entry {
                handler: *handler,
                schema,
            },
        )
    });
    entries.collect()
});

struct Entry {
    handler: &'static dyn Handler,
    schema: OnceLock<Schema>,
}

/// The schema of a resource type such as `AWS::EC2::VPC`, if the local AWS has the type.
pub(crate) fn schema(name: &str) -> Option<&'static Schema> {
    let entry = SCHEMAS.get(name)?;
    Some(entry.schema.get_or_init(|| Schema::of(entry.handler)))
}

/// Whether the local AWS has the type.
pub(crate) fn is_known(name: &str) -> bool {
    SCHEMAS.contains_key(name)
}

/// Whether AWS has the type.
pub(crate) fn is_of_aws(name: &str) -> bool {
    NAMES.lines().any(|known| known == name)
}

/// The names of the types that the local AWS has.
#[cfg(test)]
pub(crate) fn names() -> Vec<&'static str> {
    SCHEMAS.keys().copied().collect()
}

/// The schema of one resource type.
pub(crate) struct Schema {
    name: &'static str,
    /// AWS's provider schema.
    root: Value,
    validator: OnceLock<Validator>,
    /// The attributes that AWS returns.
    attributes: BTreeSet<String>,
    ours: Ours,
    tree: Tree,
    read_only: Vec<Vec<String>>,
    replace: Vec<Vec<String>>,
}

/// Whether `Fn::GetAtt` returns an attribute.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Attribute {
    Returned,
    /// AWS has it, but the local AWS does not.
    NotYet,
    Unknown,
}

impl Schema {
    fn of(handler: &'static dyn Handler) -> Self {
        let name = handler.name();
        let file = FILES.binary_search_by_key(&name, |(name, _)| name);
        // A type without a schema, such as `AWS::CDK::Metadata`, takes any properties.
        let text = file.map_or("{}", |index| FILES[index].1);
        Self::new(name, text, handler.schema())
    }

    fn new(name: &'static str, root: &str, ours: &str) -> Self {
        let valid = "the files are part of the binary, and every test here reads them";
        let root: Value = serde_json::from_str(root).expect(valid);
        let ours: Ours = serde_json::from_str(ours).expect(valid);
        let mut replace = pointers(&root, "createOnlyProperties");
        replace.extend(pointers(&root, "conditionalCreateOnlyProperties"));
        Self {
            name,
            validator: OnceLock::new(),
            attributes: strings(&root, "attributes"),
            tree: ours.tree(),
            ours,
            read_only: pointers(&root, "readOnlyProperties"),
            replace,
            root,
        }
    }

    fn validator(&self) -> &Validator {
        self.validator.get_or_init(|| check::compile(&self.root))
    }

    /// Converts every scalar to its declared type, as CloudFormation does: `"512"` becomes 512 if
    /// the property is an integer, and 512 becomes `"512"` if it is a string.
    pub(crate) fn coerce(&self, properties: Value) -> Value {
        coerce::coerce(Node::root(&self.root), properties)
    }

    /// The properties with the tags of the stack; the resource's own tags take precedence. A type
    /// without tags is left unchanged.
    pub(crate) fn tagged(&self, mut properties: Value, tags: &BTreeMap<String, String>) -> Value {
        let tagging = self.root.get("tagging");
        let pointer = tagging.and_then(|tagging| tagging.get("tagProperty")?.as_str());
        let name = pointer.map_or("Tags", |pointer| pointer.trim_start_matches("/properties/"));
        let known = self
            .tree
            .has(name)
            .then(|| Node::root(&self.root).member(name))
            .flatten();
        match known.map(Node::types).as_deref() {
            Some(["array", ..]) => tags::add_to_list(&mut properties, name, tags),
            Some(["object", ..]) => tags::add_to_map(&mut properties, name, tags),
            _ => {}
        }
        properties
    }

    /// Whether the change replaces the resource instead of updating it.
    pub(crate) fn replacement(&self, before: &Value, after: &Value) -> bool {
        let changed = |path: &Vec<String>| values(before, path, "") != values(after, path, "");
        self.replace.iter().any(changed)
    }

    /// Whether `Fn::GetAtt` returns `attribute`.
    pub(crate) fn attribute(&self, attribute: &str) -> Attribute {
        // An output of a nested stack may have any name.
        let is_ours = |known: &String| match known.strip_suffix('*') {
            Some(start) => attribute.starts_with(start),
            None => known == attribute,
        };
        if self.ours.attributes.iter().any(is_ours) {
            Attribute::Returned
        } else if self.attributes.contains(attribute) {
            Attribute::NotYet
        } else {
            Attribute::Unknown
        }
    }

    /// The property that identifies a resource, if there is exactly one.
    pub(crate) fn identifier_name(&self) -> Option<String> {
        let mut paths = pointers(&self.root, "primaryIdentifier");
        let path = paths.pop().filter(|path| path.len() == 1)?;
        paths.is_empty().then(|| path.into_iter().next())?
    }

    /// The values of the properties that identify a resource, if the template gives all of them: a
    /// name such as that of a table.
    pub(crate) fn identifier<'a>(&self, properties: &'a Value) -> Option<Vec<&'a str>> {
        let paths = pointers(&self.root, "primaryIdentifier");
        let given = paths.iter().map(|path| {
            let found = values(properties, path, "");
            found.first().and_then(|(_, value)| value.as_str())
        });
        given
            .collect::<Option<Vec<_>>>()
            .filter(|names| !names.is_empty())
    }
}

fn strings(schema: &Value, name: &str) -> BTreeSet<String> {
    let list = schema.get(name).and_then(Value::as_array);
    let list = list.into_iter().flatten();
    list.filter_map(Value::as_str).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests;
