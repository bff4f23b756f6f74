//! Which file names an item that another file defines.

use proc_macro2::{TokenStream, TokenTree};
use syn::visit::{self, Visit};

use crate::Graph;
use crate::crate_tree::{CrateTree, ModulePath};
use crate::names::Names;

/// How many re-exports of re-exports to follow; no source has this many.
const LONGEST_CHAIN: usize = 16;

/// For each file, the files that define the items it names. `mod` and `pub use` do not count.
pub(crate) fn graph(tree: &CrateTree) -> Graph {
    let mut graph = Graph::new();
    for (path, module) in &tree.0 {
        let mut named = Named {
            tree,
            module: path,
            files: Vec::new(),
        };
        for item in &module.items {
            named.visit_item(item);
        }
        let used = named.files.into_iter().filter(|file| *file != module.file);
        let file = graph.entry(module.file.clone()).or_default();
        file.extend(used.collect::<Vec<_>>());
    }
    graph
}

/// Collects the files that define the items that a module names.
struct Named<'a> {
    tree: &'a CrateTree,
    module: &'a ModulePath,
    files: Vec<String>,
}

impl Named<'_> {
    fn name(&mut self, path: &[String]) {
        self.files.extend(file(self.tree, self.module, path, 0));
    }

    /// The paths in the arguments of a macro, which syn does not parse.
    fn name_tokens(&mut self, tokens: TokenStream) {
        let mut path: Vec<String> = Vec::new();
        let mut colons = 0;
        for token in tokens {
            match token {
                TokenTree::Ident(ident) => {
                    if colons != 2 {
                        self.name(&std::mem::take(&mut path));
                    }
                    path.push(ident.to_string());
                    colons = 0;
                }
                TokenTree::Punct(punct) if punct.as_char() == ':' => colons += 1,
                TokenTree::Group(group) => {
                    self.name(&std::mem::take(&mut path));
                    colons = 0;
                    self.name_tokens(group.stream());
                }
                _ => {
                    self.name(&std::mem::take(&mut path));
                    colons = 0;
                }
            }
        }
        self.name(&path);
    }
}

impl<'ast> Visit<'ast> for Named<'_> {
    fn visit_item_mod(&mut self, _: &'ast syn::ItemMod) {
        // Its items belong to a separate module.
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        // A trait is imported and then never named. A `pub use` only re-exports.
        if matches!(item.vis, syn::Visibility::Inherited) {
            let imported = Names::of(&[item.clone().into()]).imported;
            for path in imported.values() {
                self.name(path);
            }
        }
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let names: Vec<String> = path.segments.iter().map(|s| s.ident.to_string()).collect();
        self.name(&names);
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        self.name_tokens(call.tokens.clone());
        visit::visit_macro(self, call);
    }
}

/// The file that defines what `path` names inside `module`; `None` if it is in another crate or a
/// local name.
fn file(tree: &CrateTree, module: &[String], path: &[String], depth: usize) -> Option<String> {
    let (first, rest) = path.split_first()?;
    let names = &tree.0.get(module)?.names;
    match first.as_str() {
        "crate" => within(tree, &[], rest, depth),
        "self" => within(tree, module, rest, depth),
        "super" => within(tree, module.split_last()?.1, rest, depth),
        name if names.defined.contains(name) || names.imported.contains_key(name) => {
            within(tree, module, path, depth)
        }
        _ if depth < LONGEST_CHAIN => names
            .globs
            .iter()
            .find_map(|glob| file(tree, module, &[glob, path].concat(), depth + 1)),
        _ => None,
    }
}

/// The same for a path whose first name is defined in `module` itself.
fn within(tree: &CrateTree, module: &[String], path: &[String], depth: usize) -> Option<String> {
    let Some((first, rest)) = path.split_first() else {
        // A module alone does not count. The names used from it do.
        return None;
    };
    if first == "super" {
        return within(tree, module.split_last()?.1, rest, depth);
    }
    let child = [module, std::slice::from_ref(first)].concat();
    if tree.0.contains_key(&child) {
        return within(tree, &child, rest, depth);
    }
    let here = tree.0.get(module)?;
    if here.names.defined.contains(first) {
        return Some(here.file.clone());
    }
    if depth >= LONGEST_CHAIN {
        return None;
    }
    if let Some(imported) = here.names.imported.get(first) {
        let path = [imported, rest].concat();
        // A name of another crate may be the name of the import: `use anyhow;`.
        return (path.first() != Some(first) || path.len() > 1)
            .then(|| file(tree, module, &path, depth + 1))
            .flatten();
    }
    let globs = here.names.globs.iter();
    globs
        .filter(|glob| glob.first().is_some_and(|first| !first.is_empty()))
        .find_map(|glob| file(tree, module, &[glob, path].concat(), depth + 1))
}
