use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Crate, Runtime};
use crate::image::digest;

/// Everything that an image is made of.
pub(in crate::image) struct Contents<'a> {
    /// The name and the version of the app.
    pub(in crate::image) name: &'a str,
    pub(in crate::image) version: &'a str,
    pub(in crate::image) crates: &'a [Crate],
    pub(in crate::image) runtime: &'a Runtime,
    /// The files of `dist/` with their bytes, by name.
    pub(in crate::image) files: &'a BTreeMap<String, Vec<u8>>,
    /// What is known about a file, apart from its digest, by the name of the file.
    pub(in crate::image) facts: &'a BTreeMap<&'static str, Value>,
}

/// The bill of materials, in the format `CycloneDX` 1.6: <https://cyclonedx.org/docs/1.6/json/>.
///
/// It contains no time and no random number, so that the same contents have the same bill.
pub(in crate::image) fn bill(contents: &Contents<'_>) -> Vec<u8> {
    let mut components: Vec<Value> = Vec::new();
    components.extend(others(contents).map(library));
    components.extend(parts(contents.runtime));
    components.extend(contents.files.iter().map(|(name, bytes)| {
        let mut file = json!({
            "type": "file",
            "bom-ref": format!("file:{name}"),
            "name": name,
            "hashes": sha256(&digest::sha256(bytes)),
        });
        merge(&mut file, contents.facts.get(name.as_str()));
        file
    }));
    let mut bill = json!({
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "component": application(contents),
            "tools": {"components": [
                {"type": "application", "name": "container", "version": env!("CARGO_PKG_VERSION")},
            ]},
        },
        "components": components,
        "dependencies": dependencies(contents.crates),
    });
    let serial = digest::sha256(bill.to_string().as_bytes());
    bill["serialNumber"] = format!("urn:uuid:{}", uuid(&serial)).into();
    let mut text =
        serde_json::to_vec_pretty(&bill).expect("JSON of text and numbers can be written");
    text.push(b'\n');
    text
}

/// Returns whether a bill describes exactly these files.
pub(in crate::image) fn describes(bill: &[u8], files: &BTreeMap<String, Vec<u8>>) -> bool {
    let Ok(bill) = serde_json::from_slice::<Value>(bill) else {
        return false;
    };
    let components = bill["components"].as_array().into_iter().flatten();
    let listed: BTreeMap<&str, &str> = components
        .filter(|one| one["type"] == "file")
        .filter_map(|one| Some((one["name"].as_str()?, one["hashes"][0]["content"].as_str()?)))
        .collect();
    let is_listed = |(name, bytes): (&String, &Vec<u8>)| {
        listed.get(name.as_str()) == Some(&digest::sha256(bytes).as_str())
    };
    listed.len() == files.len() && files.iter().all(is_listed)
}

fn application(contents: &Contents<'_>) -> Value {
    let root = contents.crates.iter().find(|one| one.is_root);
    let mut application = json!({
        "type": "application",
        "bom-ref": root.map_or_else(|| contents.name.to_owned(), reference),
        "name": contents.name,
        "version": contents.version,
    });
    merge(&mut application, root.map(licenses).as_ref());
    application
}

/// All crates but that of the app.
fn others<'a>(contents: &Contents<'a>) -> impl Iterator<Item = &'a Crate> {
    contents.crates.iter().filter(|one| !one.is_root)
}

fn library(one: &Crate) -> Value {
    let mut library = json!({
        "type": "library",
        "bom-ref": reference(one),
        "name": one.name,
        "version": one.version,
        // What only ran during the build is not in the image.
        "scope": if one.is_linked { "required" } else { "excluded" },
    });
    merge(&mut library, Some(&licenses(one)));
    // A package URL names a package of crates.io, unless it says otherwise.
    if one
        .source
        .as_deref()
        .is_some_and(|source| source.starts_with("registry+"))
    {
        library["purl"] = purl(one).into();
    }
    if let Some(checksum) = &one.checksum {
        library["hashes"] = sha256(checksum);
    }
    library
}

/// The libraries that are no crates.
fn parts(runtime: &Runtime) -> Vec<Value> {
    let part = |name: &str, version: &Option<String>, license: &str| {
        let version = version.as_ref()?;
        Some(json!({
            "type": "library",
            "bom-ref": format!("{name}@{version}"),
            "name": name,
            "version": version,
            "scope": "required",
            "licenses": [{"expression": license}],
            "purl": format!("pkg:generic/{name}@{version}"),
        }))
    };
    [
        part("rust-std", &runtime.rust, "MIT OR Apache-2.0"),
        part("glibc", &runtime.glibc, "LGPL-2.1-or-later"),
        part(
            "libgcc",
            &runtime.gcc,
            "GPL-3.0-or-later WITH GCC-exception-3.1",
        ),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn dependencies(crates: &[Crate]) -> Vec<Value> {
    let one = |one: &Crate| {
        let used = one
            .dependencies
            .iter()
            .map(|used| reference(&crates[*used]));
        json!({"ref": reference(one), "dependsOn": used.collect::<Vec<_>>()})
    };
    crates.iter().map(one).collect()
}

fn reference(one: &Crate) -> String {
    match one.source {
        Some(_) => purl(one),
        None => format!("{}@{}", one.name, one.version),
    }
}

fn purl(one: &Crate) -> String {
    // Only a `+` of a version, as in `2.1.3+zstd.1.5.7`, has to be escaped.
    format!("pkg:cargo/{}@{}", one.name, one.version.replace('+', "%2B"))
}

fn licenses(one: &Crate) -> Value {
    match &one.license {
        Some(license) => json!({"licenses": [{"expression": license}]}),
        None => json!({}),
    }
}

fn sha256(content: &str) -> Value {
    json!([{"alg": "SHA-256", "content": content}])
}

fn merge(value: &mut Value, more: Option<&Value>) {
    for (name, member) in more.and_then(Value::as_object).into_iter().flatten() {
        value[name] = member.clone();
    }
}

/// A UUID of version 8: its digits are up to us.
fn uuid(hex: &str) -> String {
    format!(
        "{}-{}-8{}-8{}-{}",
        &hex[..8],
        &hex[8..12],
        &hex[13..16],
        &hex[17..20],
        &hex[20..32]
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::image::bill::crates::tests::example;

    fn files() -> BTreeMap<String, Vec<u8>> {
        let file = |name: &str| (name.to_owned(), name.as_bytes().to_vec());
        [file("showtable"), file("static/a.css")].into()
    }

    fn made(files: &BTreeMap<String, Vec<u8>>) -> Vec<u8> {
        let runtime = Runtime {
            rust: Some("1.95.0".to_owned()),
            ..Runtime::default()
        };
        bill(&Contents {
            name: "app",
            version: "1.0.0",
            crates: &example(),
            runtime: &runtime,
            files,
            facts: &[("showtable", json!({"version": "1.0.0"}))].into(),
        })
    }

    #[test]
    fn the_bill_is_as_recorded() {
        let text = String::from_utf8(made(&files())).unwrap();
        insta::assert_snapshot!(text);
    }

    #[test]
    fn a_bill_describes_the_files_that_it_was_made_for() {
        let made = made(&files());
        assert!(describes(&made, &files()));
        let mut changed = files();
        changed.insert("showtable".to_owned(), b"other".to_vec());
        let mut more = files();
        more.insert("static/b.css".to_owned(), Vec::new());
        let mut fewer = files();
        fewer.remove("static/a.css");
        for other in [changed, more, fewer] {
            assert!(!describes(&made, &other));
        }
        assert!(!describes(b"no JSON", &files()));
    }
}
