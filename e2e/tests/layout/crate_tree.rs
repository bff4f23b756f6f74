//! The modules of a crate, found through their `mod` declarations.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use syn::Item;

use crate::names::{Names, is_test};

/// A path of names inside the crate: `["render", "failure"]` is `crate::render::failure`.
pub(crate) type ModulePath = Vec<String>;

/// A module, in a file or in braces.
pub(crate) struct Module {
    /// Its file, relative to `src`.
    pub(crate) file: String,
    pub(crate) items: Vec<Item>,
    pub(crate) names: Names,
}

/// All modules of a crate except those of its unit tests.
pub(crate) struct CrateTree(pub(crate) BTreeMap<ModulePath, Module>);

impl CrateTree {
    /// Reads the crate from `lib.rs`, or from `main.rs` if there is no library.
    pub(crate) fn read(source: &Path) -> Self {
        let library = source.join("lib.rs");
        let root = if library.exists() {
            library
        } else {
            source.join("main.rs")
        };
        let mut tree = Self(BTreeMap::new());
        tree.read_file(source, Vec::new(), &root);
        tree
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn read_file(&mut self, source: &Path, module: ModulePath, file: &Path) {
        let text = fs::read_to_string(file).expect("a source file");
        let parsed = syn::parse_file(&text).expect("Rust");
        let shown = file.strip_prefix(source).expect("a file below src");
        let shown = shown.to_str().expect("UTF-8").to_owned();
        self.add(source, module, &shown, parsed.items);
    }

    fn add(&mut self, source: &Path, module: ModulePath, file: &str, items: Vec<Item>) {
        let items: Vec<Item> = items.into_iter().filter(|item| !is_test(item)).collect();
        for item in &items {
            let Item::Mod(child) = item else { continue };
            let mut path = module.clone();
            path.push(child.ident.to_string());
            match &child.content {
                Some((_, items)) => self.add(source, path, file, items.clone()),
                None => self.read_file(source, path.clone(), &file_of(source, &path)),
            }
        }
        let names = Names::of(&items);
        let file = file.to_owned();
        self.0.insert(module, Module { file, items, names });
    }
}

fn file_of(source: &Path, module: &[String]) -> PathBuf {
    let folder: PathBuf = module.iter().collect();
    let inside = source.join(&folder).join("mod.rs");
    if inside.exists() {
        return inside;
    }
    source.join(folder).with_extension("rs")
}
