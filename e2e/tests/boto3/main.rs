//! boto3 against the local AWS: its paginators, its waiters, S3, and CloudWatch's three protocols.

use std::path::PathBuf;

use e2e::free_port;
use e2e::shell::Shell;
use tokio::process::Command;

/// The Python that has boto3: the one of `.ci/run`, or the one in `BOTO3_PYTHON`.
fn python() -> PathBuf {
    let of_ci = PathBuf::from(e2e::ROOT).join("target/ci-venv/bin/python");
    std::env::var_os("BOTO3_PYTHON").map_or(of_ci, PathBuf::from)
}

/// Runs a Python script with the address of the endpoint.
async fn run(script: &str, endpoint: &str) {
    let script = format!("{}/tests/boto3/{script}", env!("CARGO_MANIFEST_DIR"));
    let ran = Command::new(python()).args([&script, endpoint]).output();
    let ran = ran.await.expect("python runs");
    let printed = String::from_utf8_lossy(&ran.stdout).into_owned();
    let errors = String::from_utf8_lossy(&ran.stderr);
    assert!(ran.status.success(), "{errors}\n{printed}");
}

#[tokio::test]
#[ignore = "needs boto3 (pip, in target/ci-venv or BOTO3_PYTHON)"]
async fn every_paginator_and_waiter_works_on_the_deployed_architecture() {
    let alb_port = free_port().to_string();
    let mut local = Shell::start(&["--port", "0", "--alb-port", &alb_port]);
    let endpoint = local.read("export AWS_ENDPOINT_URL=");
    run("walk.py", &endpoint).await;
}

#[tokio::test]
#[ignore = "needs boto3 (pip, in target/ci-venv or BOTO3_PYTHON)"]
async fn metrics_and_alarms_work_in_each_protocol_of_cloudwatch() {
    let mut local = Shell::start(&["--port", "0", "--empty"]);
    let endpoint = local.read("export AWS_ENDPOINT_URL=");
    run("metrics.py", &endpoint).await;
}
