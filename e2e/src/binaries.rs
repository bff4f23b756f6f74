//! The binaries of the workspace, as processes of their own.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::LazyLock;

use crate::ROOT;

/// Selects what to build so that cargo chooses the features, and with them the artifacts, of
/// `cargo test --workspace`: only what is missing is compiled. The features of dev-dependencies count
/// where a test is selected, therefore the smallest one is.
#[cfg(debug_assertions)]
const SELECTION: &[&str] = &[
    "--workspace",
    "--test=layout",
    "--bin=vpc",
    "--bin=table",
    "--bin=container",
    "--bin=local",
];

/// Selects what the benches run. `local` would take minutes to link, and they start none.
#[cfg(not(debug_assertions))]
const SELECTION: &[&str] = &["--release", "-p=vpc", "-p=table", "-p=container"];

/// Where the binaries are, once they are built: beside the directory of the tests.
static DIRECTORY: LazyLock<PathBuf> = LazyLock::new(|| {
    let mut build = Command::new(env!("CARGO"));
    build.args(["build", "--quiet"]).args(SELECTION);
    let built = build.current_dir(ROOT).status();
    assert!(built.expect("cargo runs").success());
    let test = std::env::current_exe().expect("the path of the test");
    let directory = test.parent().and_then(Path::parent);
    directory.expect("it is in target/debug/deps").to_owned()
});

/// The path of a binary, which is built if it has to be.
pub fn path(name: &str) -> PathBuf {
    // cargo has built the binaries of a test's own package, and says where they are.
    let given = std::env::var_os(format!("CARGO_BIN_EXE_{name}"));
    given.map_or_else(|| DIRECTORY.join(name), PathBuf::from)
}

/// The local AWS as a command of its own.
pub fn local() -> Command {
    Command::new(path("local"))
}

/// A command for an endpoint, with no terminal, as CI runs it: `table deploy --yes`.
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
