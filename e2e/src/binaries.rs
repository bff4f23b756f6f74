//! The binaries of the workspace, as processes of their own.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::LazyLock;

use crate::ROOT;

/// The selection for which cargo chooses the same features as for `cargo test --workspace`. It then
/// finds all dependencies compiled. One test is selected because cargo counts the features of
/// dev-dependencies only if there is one; `layout` is the smallest.
#[cfg(debug_assertions)]
const SELECTION: &[&str] = &[
    "--workspace",
    "--test=layout",
    "--bin=vpc",
    "--bin=table",
    "--bin=container",
    "--bin=local",
];

/// What the benches run. They start no `local`, which would take minutes to link.
#[cfg(not(debug_assertions))]
const SELECTION: &[&str] = &["--release", "-p=vpc", "-p=table", "-p=container"];

/// Builds the binaries. Gives their directory, the parent of the one with the tests.
static DIRECTORY: LazyLock<PathBuf> = LazyLock::new(|| {
    let mut build = Command::new(env!("CARGO"));
    build.args(["build", "--quiet"]).args(SELECTION);
    let built = build.current_dir(ROOT).status();
    assert!(built.expect("cargo runs").success());
    let test = std::env::current_exe().expect("the path of the test");
    let directory = test.parent().and_then(Path::parent);
    directory.expect("it is in target/debug/deps").to_owned()
});

/// The path of a binary. It is built if it is not up to date.
pub fn path(name: &str) -> PathBuf {
    // cargo builds the binaries of the package whose tests it runs, and gives their paths.
    let given = std::env::var_os(format!("CARGO_BIN_EXE_{name}"));
    given.map_or_else(|| DIRECTORY.join(name), PathBuf::from)
}

/// The command `local`.
pub fn local() -> Command {
    Command::new(path("local"))
}

/// A command line such as `table deploy --yes`, for an endpoint, without a terminal, as CI runs it.
pub fn command(endpoint: &str, line: &str) -> Command {
    let mut words = line.split_whitespace();
    let program = words.next().expect("the name of a binary");
    let mut command = Command::new(path(program));
    command
        .args(words)
        // There is no dist/ here; one that a person has built must not change a test.
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
