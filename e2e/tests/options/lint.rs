//! cfn-lint on the templates, with the parameters of each combination.

use std::path::Path;
use std::process::Command;

use deploy::Parameters;
use e2e::ROOT;
use serde_json::json;

use crate::{CONTAINER, TABLE, VPC, combinations, parameters};

const ARN: &str =
    "arn:aws:acm:eu-central-1:123456789012:certificate/00000000-0000-0000-0000-000000000000";

#[test]
#[ignore = "needs cfn-lint"]
fn every_combination_passes_cfn_lint() {
    let service = combinations(CONTAINER, ARN);
    let service = service.iter().map(|words| {
        let words = format!("--image showtable:1 {words}");
        parameters::<container::Flags>(&words)
    });
    lint("container", &service.collect::<Vec<_>>());
    let network = combinations(VPC, ARN);
    let network = network.iter().map(|words| parameters::<vpc::Flags>(words));
    lint("vpc", &network.collect::<Vec<_>>());
    let table = combinations(TABLE, ARN);
    let table = table.iter().map(|words| parameters::<table::Flags>(words));
    lint("table", &table.collect::<Vec<_>>());
}

fn lint(stack: &str, combinations: &[Parameters]) {
    let directory = tempfile::tempdir().expect("a directory");
    let files = combinations.iter().enumerate().map(|(number, parameters)| {
        let list = parameters.iter();
        let list = list.map(|(key, value)| json!({"ParameterKey": key, "ParameterValue": value}));
        let file = directory.path().join(format!("{number}.json"));
        std::fs::write(&file, json!(list.collect::<Vec<_>>()).to_string()).expect("written");
        file
    });
    let files: Vec<_> = files.collect();
    let linted = Command::new("cfn-lint")
        .args(["--include-checks", "I", "--regions", "eu-central-1"])
        .arg("--parameter-files")
        .args(files)
        .arg("--")
        .arg(Path::new(ROOT).join(format!("infra/{stack}/template.yaml")))
        .output()
        .expect("cfn-lint runs");
    let said = String::from_utf8_lossy(&linted.stdout);
    assert!(linted.status.success(), "{stack}: {said}");
}
