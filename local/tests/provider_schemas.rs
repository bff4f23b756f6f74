//! The files in `schemas/` are those of the pinned `cfn-lint`.

use std::process::Command;

#[test]
#[ignore = "needs the provider schemas of cfn-lint: pip install cfn-lint==1.58.0"]
fn the_schemas_are_those_of_the_package() {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/schemas/update");
    let output = Command::new("python3").args([script, "--check"]).output();
    let output = output.expect("python3 runs");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{errors}");
}
