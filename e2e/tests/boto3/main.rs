//! boto3 against the local AWS: its paginators, its waiters, and S3.

use std::path::PathBuf;

use e2e::free_port;
use e2e::shell::Shell;
use tokio::process::Command;

/// The Python that has boto3: the one of `.ci/run`, or the one in `BOTO3_PYTHON`.
fn python() -> PathBuf {
    let of_ci = PathBuf::from(e2e::ROOT).join("target/ci-venv/bin/python");
    std::env::var_os("BOTO3_PYTHON").map_or(of_ci, PathBuf::from)
}

#[tokio::test]
#[ignore = "needs boto3 (pip, in target/ci-venv or BOTO3_PYTHON)"]
async fn every_paginator_and_waiter_works_on_the_deployed_architecture() {
    let alb_port = free_port().to_string();
    let mut local = Shell::start(&["--port", "0", "--alb-port", &alb_port]);
    let endpoint = local.read("export AWS_ENDPOINT_URL=");
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/boto3/walk.py");
    let walked = Command::new(python()).args([script, &endpoint]).output();
    let walked = walked.await.expect("python runs");
    let printed = String::from_utf8_lossy(&walked.stdout).into_owned();
    let errors = String::from_utf8_lossy(&walked.stderr);
    assert!(walked.status.success(), "{errors}\n{printed}");
}
