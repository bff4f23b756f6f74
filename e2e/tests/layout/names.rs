//! The names that a module defines or imports.

use std::collections::{BTreeMap, BTreeSet};

use syn::{Attribute, Item, UseTree};

/// The names of a module.
#[derive(Default)]
pub(crate) struct Names {
    /// The names defined here, including child modules.
    pub(crate) defined: BTreeSet<String>,
    /// The names imported with `use`, with their paths.
    pub(crate) imported: BTreeMap<String, Vec<String>>,
    /// The paths of `use …::*`.
    pub(crate) globs: Vec<Vec<String>>,
}

impl Names {
    pub(crate) fn of(items: &[Item]) -> Self {
        let mut names = Self::default();
        for item in items {
            if let Item::Use(item) = item {
                names.import(&item.tree, &mut Vec::new());
            } else if let Some(name) = defined(item) {
                names.defined.insert(name);
            }
        }
        names
    }

    fn import(&mut self, tree: &UseTree, path: &mut Vec<String>) {
        match tree {
            UseTree::Path(step) => {
                path.push(step.ident.to_string());
                self.import(&step.tree, path);
                path.pop();
            }
            UseTree::Group(group) => {
                for tree in &group.items {
                    self.import(tree, path);
                }
            }
            UseTree::Glob(_) => self.globs.push(path.clone()),
            UseTree::Name(name) => self.bring_in(&name.ident.to_string(), None, path),
            UseTree::Rename(rename) => {
                let new = rename.rename.to_string();
                self.bring_in(&rename.ident.to_string(), Some(new), path);
            }
        }
    }

    fn bring_in(&mut self, name: &str, renamed: Option<String>, path: &[String]) {
        let mut full = path.to_vec();
        // `use a::b::{self}` imports `b`.
        if name != "self" {
            full.push(name.to_owned());
        }
        let short = renamed.or_else(|| full.last().cloned());
        self.imported.extend(short.map(|short| (short, full)));
    }
}

/// The name that an item defines.
fn defined(item: &Item) -> Option<String> {
    let ident = match item {
        Item::Const(item) => &item.ident,
        Item::Enum(item) => &item.ident,
        Item::Fn(item) => &item.sig.ident,
        Item::Macro(item) => item.ident.as_ref()?,
        Item::Mod(item) => &item.ident,
        Item::Static(item) => &item.ident,
        Item::Struct(item) => &item.ident,
        Item::Trait(item) => &item.ident,
        Item::Type(item) => &item.ident,
        Item::Union(item) => &item.ident,
        _ => return None,
    };
    Some(ident.to_string())
}

/// Whether an item is compiled for tests only.
pub(crate) fn is_test(item: &Item) -> bool {
    let attributes = match item {
        Item::Const(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => return false,
    };
    attributes.iter().any(is_test_attribute)
}

fn is_test_attribute(attribute: &Attribute) -> bool {
    let is_cfg_test = attribute.path().is_ident("cfg")
        && attribute
            .parse_args::<syn::Path>()
            .is_ok_and(|condition| condition.is_ident("test"));
    is_cfg_test || attribute.path().is_ident("test")
}
