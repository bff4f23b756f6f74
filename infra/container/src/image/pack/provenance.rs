use bytes::Bytes;
use serde_json::{Value, json};

use super::blob::Blob;
use crate::image::Error;
use crate::image::dist::{BINARY, BuildInfo};

/// The way to build: `container build-app` and `container image`.
const BUILD_TYPE: &str = "urn:go-on-aws:container-image:v1";
/// Whoever ran the deployer. Nothing proves who that was, unless the image is signed.
const BUILDER: &str = "urn:go-on-aws:builder:unverified";

/// A statement about how an image was built: <https://slsa.dev/spec/v1.0/provenance>.
///
/// It says only what `build.json` says: no time, no machine, no person.
pub(super) fn provenance(build: &BuildInfo, image: &Blob) -> Result<Bytes, Error> {
    let mut statement = json!({
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [{"name": BINARY, "digest": {"sha256": digits(&image.digest)}}],
        "predicateType": "https://slsa.dev/provenance/v1",
        "predicate": {
            "buildDefinition": {
                "buildType": BUILD_TYPE,
                "externalParameters": {"architecture": build.architecture},
                "internalParameters": {
                    "target": build.architecture.target(),
                    "profile": "release",
                    "locked": true,
                },
                "resolvedDependencies": materials(build),
            },
            "runDetails": {"builder": {"id": BUILDER, "version": {"container": build.version}}},
        },
    });
    statement.sort_all_objects();
    let bytes = serde_json::to_vec(&statement).map_err(|err| Error::Pack(err.into()))?;
    Ok(bytes.into())
}

/// What the image was made of, as far as it is known.
fn materials(build: &BuildInfo) -> Vec<Value> {
    let mut materials = vec![json!({
        "name": "sources",
        "digest": {"sha256": digits(&build.source)},
        "annotations": {"of": "all sources of the app, with their names, as `container build-app` computes it"},
    })];
    if let Some(lockfile) = &build.lockfile {
        materials.push(json!({"name": "Cargo.lock", "digest": {"sha256": lockfile}}));
    }
    if let Some(revision) = &build.revision {
        let (commit, is_changed) = match revision.strip_suffix("-dirty") {
            Some(commit) => (commit, true),
            None => (revision.as_str(), false),
        };
        materials.push(json!({
            "name": "commit",
            "digest": {"gitCommit": commit},
            "annotations": {"changedAfterIt": is_changed},
        }));
    }
    if let Some(rust) = &build.rust {
        materials.push(json!({"uri": format!("pkg:generic/rust@{rust}")}));
    }
    materials
}

fn digits(digest: &str) -> &str {
    digest.trim_start_matches("sha256:")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::image::Architecture;

    #[test]
    fn the_statement_says_what_is_known() {
        let image = Blob::new("", Bytes::from_static(b"image"));
        let mut build = BuildInfo {
            version: "1.2.3".to_owned(),
            revision: Some("abc-dirty".to_owned()),
            source: "sha256:0".to_owned(),
            architecture: Architecture::Arm64,
            rust: Some("1.95.0".to_owned()),
            lockfile: Some("1".to_owned()),
        };
        let made = |build: &BuildInfo| {
            let bytes = provenance(build, &image).unwrap();
            serde_json::from_slice::<Value>(&bytes).unwrap()
        };
        insta::assert_snapshot!(serde_json::to_string_pretty(&made(&build)).unwrap());
        (build.revision, build.rust, build.lockfile) = (None, None, None);
        let definition = &made(&build)["predicate"]["buildDefinition"];
        let materials = definition["resolvedDependencies"].as_array().unwrap();
        assert_eq!(materials.len(), 1, "{materials:?}");
    }
}
