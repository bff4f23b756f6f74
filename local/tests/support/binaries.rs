//! The binaries of the three stacks, as processes of their own.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::LazyLock;

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// Where the three binaries are: beside the local AWS's, once they are built.
static BINARIES: LazyLock<PathBuf> = LazyLock::new(|| {
    let local = Path::new(env!("CARGO_BIN_EXE_local"));
    let mut build = Command::new(env!("CARGO"));
    build.args(["build", "-q", "-p", "vpc", "-p", "table", "-p", "container"]);
    if !cfg!(debug_assertions) {
        build.arg("--release");
    }
    let built = build.current_dir(ROOT).status();
    assert!(built.expect("cargo runs").success());
    local.parent().expect("a directory").to_owned()
});

/// A command for an endpoint, with no terminal, as CI runs it: `table deploy --yes`.
pub(crate) fn command(endpoint: &str, line: &str) -> Command {
    let mut words = line.split_whitespace();
    let program = words.next().expect("the name of a binary");
    let mut command = Command::new(BINARIES.join(program));
    command
        .args(words)
        // Where no dist/ is: what a person has built is none of a test's business.
        .current_dir(std::env::temp_dir())
        .env_remove("CARGO_MANIFEST_DIR")
        .env_remove("AWS_PROFILE")
        .env_remove("DEPLOY_ENV")
        .env_remove("PARAMETER_PREFIX")
        .env("AWS_ENDPOINT_URL", endpoint)
        .env("AWS_REGION", "eu-central-1")
        .env("AWS_ACCESS_KEY_ID", "test")
        .env("AWS_SECRET_ACCESS_KEY", "test")
        .stdin(Stdio::null());
    command
}
