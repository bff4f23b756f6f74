use std::collections::BTreeMap;

/// The SHA-256 of the archive of each crate in a `Cargo.lock`, by name and version.
///
/// Cargo writes this file in a fixed form: a table `[[package]]` for each crate, with a key on each line.
pub(super) fn checksums(lock: &str) -> BTreeMap<(String, String), String> {
    let tables = lock.split("[[package]]").skip(1);
    tables
        .filter_map(|table| {
            let key = (value(table, "name")?, value(table, "version")?);
            Some((key, value(table, "checksum")?))
        })
        .collect()
}

fn value(table: &str, key: &str) -> Option<String> {
    table.lines().find_map(|line| {
        let value = line.strip_prefix(key)?.strip_prefix(" = ")?;
        Some(value.trim_matches('"').to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crate_of_a_registry_has_a_checksum() {
        let lock = r#"version = 4

[[package]]
name = "axum"
version = "0.8.9"
source = "registry+https://github.com/rust-lang/crates.io-index"
checksum = "00ff"
dependencies = [
 "name = not this",
]

[[package]]
name = "showtable"
version = "0.1.0"
"#;
        let found = checksums(lock);
        let key = ("axum".to_owned(), "0.8.9".to_owned());
        assert_eq!(found, BTreeMap::from([(key, "00ff".to_owned())]));
    }
}
