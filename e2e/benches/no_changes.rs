//! `table deploy` without changes, compared with `aws cloudformation deploy`: time and peak memory,
//! against the same local AWS in the same run.
//!
//! `cargo bench --bench no_changes`; it needs the `aws` command line.

use std::process::{Command, Stdio};

use e2e::measure::{Run, measure};
use e2e::{command, options};

const RUNS: usize = 20;
const TEMPLATE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../infra/table/template.yaml");

#[tokio::main]
async fn main() {
    let local = local::start(&options())
        .await
        .expect("the local AWS starts");
    let endpoint = local.endpoint_url();
    let measured = tokio::task::spawn_blocking(move || {
        let ours = || command(&endpoint, "table deploy --yes");
        let theirs = || aws(&endpoint);
        // The first deployments create the stacks, and are not measured.
        for command in [ours(), theirs()] {
            measure(command);
        }
        let ours: Vec<_> = (0..RUNS).map(|_| measure(ours())).collect();
        let theirs: Vec<_> = (0..RUNS).map(|_| measure(theirs())).collect();
        (median(ours), median(theirs))
    });
    let (ours, theirs) = measured.await.expect("both run");
    print("table deploy", ours);
    print("aws cloudformation deploy", theirs);
    println!(
        "aws / ours: {:.1} times the time, {:.1} times the memory",
        theirs.wall.as_secs_f64() / ours.wall.as_secs_f64(),
        f64::from(u32::try_from(theirs.memory).unwrap_or(u32::MAX))
            / f64::from(u32::try_from(ours.memory).unwrap_or(u32::MAX)),
    );
    local.stop().await;
}

/// The same deployment by the `aws` command line, as a stack of its own.
fn aws(endpoint: &str) -> Command {
    let mut command = Command::new("aws");
    command
        .args(["cloudformation", "deploy", "--no-fail-on-empty-changeset"])
        .args(["--stack-name", "theirs", "--template-file", TEMPLATE])
        .args(["--parameter-overrides", "ParameterPrefix=/theirs"])
        .env("AWS_ENDPOINT_URL", endpoint)
        .env("AWS_DEFAULT_REGION", "eu-central-1")
        .env("AWS_ACCESS_KEY_ID", "test")
        .env("AWS_SECRET_ACCESS_KEY", "test")
        .stdin(Stdio::null());
    command
}

fn median(mut runs: Vec<Run>) -> Run {
    runs.sort_by_key(|run| run.wall);
    let memory = runs.iter().map(|run| run.memory).max().unwrap_or(0);
    Run {
        wall: runs[runs.len() / 2].wall,
        memory,
    }
}

fn print(name: &str, run: Run) {
    println!(
        "{name:<26} {:>6.0} ms (median of {RUNS})  {:>6} KiB at most",
        run.wall.as_secs_f64() * 1000.0,
        run.memory
    );
}
