//! The order in which resources are created.

use std::collections::{BTreeMap, BTreeSet};

use super::document::Template;
use super::references::references;

/// The logical ids that each resource depends on.
pub(crate) fn dependencies(template: &Template) -> BTreeMap<String, BTreeSet<String>> {
    template
        .resources
        .iter()
        .map(|(logical_id, definition)| {
            let parts = [&definition.properties, &definition.metadata];
            let named = parts
                .into_iter()
                .flat_map(references)
                .map(|reference| reference.name);
            let after = named
                .chain(definition.depends_on.iter().cloned())
                .filter(|name| template.resources.contains_key(name))
                .collect();
            (logical_id.clone(), after)
        })
        .collect()
}

/// Sorts names so that each comes after those that it depends on. A name that is not a key is
/// ignored. The second list holds the names that form a cycle.
pub(crate) fn in_order(after: &BTreeMap<String, BTreeSet<String>>) -> (Vec<String>, Vec<String>) {
    let mut ordered = Vec::new();
    let mut waiting: BTreeMap<&String, &BTreeSet<String>> = after.iter().collect();
    loop {
        let ready: Vec<String> = waiting
            .iter()
            .filter(|(_, after)| !after.iter().any(|name| waiting.contains_key(name)))
            .map(|(name, _)| (*name).clone())
            .collect();
        if ready.is_empty() {
            return (ordered, waiting.into_keys().cloned().collect());
        }
        waiting.retain(|name, _| !ready.contains(name));
        ordered.extend(ready);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_comes_after_what_it_waits_for() {
        let graph = |edges: &[(&str, &[&str])]| {
            let edges = edges.iter().map(|(name, after)| {
                (
                    (*name).to_owned(),
                    after.iter().map(|name| (*name).to_owned()).collect(),
                )
            });
            in_order(&edges.collect())
        };
        let (ordered, circle) = graph(&[
            ("a", &["b", "outside"]),
            ("b", &["c"]),
            ("c", &[]),
            ("d", &[]),
        ]);
        assert_eq!(ordered, ["c", "d", "b", "a"]);
        assert!(circle.is_empty());
        let (ordered, circle) = graph(&[("a", &["b"]), ("b", &["a"]), ("c", &[])]);
        assert_eq!(
            (ordered, circle),
            (vec!["c".to_owned()], vec!["a".to_owned(), "b".to_owned()])
        );
    }
}
