use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

use super::dist::BINARY;
use super::{Architecture, Error};

/// Separates flags in `CARGO_ENCODED_RUSTFLAGS`: a path can have a space in it.
const SEPARATOR: &str = "\x1f";

/// Asks before the build, which takes minutes, whether it can come to an end.
pub(crate) fn ensure_target(workspace: &Path, target: &str) -> Result<(), Error> {
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let answer = Command::new(rustc)
        .args(["--print", "target-libdir", "--target", target])
        .current_dir(workspace)
        .output()
        .map_err(|err| Error::NoCargo("rustc", err))?;
    let library = String::from_utf8_lossy(&answer.stdout);
    if answer.status.success() && Path::new(library.trim()).is_dir() {
        return Ok(());
    }
    Err(Error::NoTarget(target.to_owned()))
}

/// What links for another machine than this one, as the variable that tells cargo about it.
pub(crate) fn linker(architecture: Architecture) -> Result<Option<(String, OsString)>, Error> {
    let gnu = architecture.gnu();
    let name = format!(
        "CARGO_TARGET_{}_UNKNOWN_LINUX_GNU_LINKER",
        gnu.to_uppercase()
    );
    let is_native = cfg!(all(target_os = "linux", target_env = "gnu"))
        && architecture == Architecture::of_this_machine();
    if is_native || env::var_os(&name).is_some() {
        return Ok(None);
    }
    // As Debian and as Homebrew call it.
    [
        format!("{gnu}-linux-gnu-gcc"),
        format!("{gnu}-unknown-linux-gnu-gcc"),
    ]
    .into_iter()
    .find(|candidate| is_on_path(candidate))
    .map(|found| Some((name, found.into())))
    .ok_or(Error::NoLinker(architecture))
}

fn is_on_path(program: &str) -> bool {
    env::var_os("PATH").is_some_and(|path| {
        env::split_paths(&path).any(|directory| directory.join(program).is_file())
    })
}

/// Runs cargo, whose own words go where they always go, and gives the path of the binary.
pub(crate) fn compile(
    workspace: &Path,
    target: &str,
    linker: Option<(String, OsString)>,
) -> Result<PathBuf, Error> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let built = Command::new(cargo)
        .args(["build", "--release", "--package", BINARY, "--bin", BINARY])
        .args(["--target", target])
        .arg("--message-format=json-render-diagnostics")
        .env("CARGO_ENCODED_RUSTFLAGS", flags(workspace))
        .envs(linker)
        .current_dir(workspace)
        .stderr(Stdio::inherit())
        .output()
        .map_err(|err| Error::NoCargo("cargo", err))?;
    let messages = String::from_utf8_lossy(&built.stdout);
    let binary = messages.lines().rev().find_map(executable);
    match binary {
        Some(binary) if built.status.success() => Ok(binary),
        _ => Err(Error::Build),
    }
}

/// Static; and no path of this machine, so that the same source is the same binary elsewhere.
fn flags(workspace: &Path) -> String {
    let given = env::var("CARGO_ENCODED_RUSTFLAGS").ok().or_else(|| {
        let flags = env::var("RUSTFLAGS").ok()?;
        Some(flags.split_whitespace().collect::<Vec<_>>().join(SEPARATOR))
    });
    let mut flags: Vec<String> = given
        .into_iter()
        .filter(|flags| !flags.is_empty())
        .collect();
    flags.push("-Ctarget-feature=+crt-static".to_owned());
    if let Some(home) = cargo_home() {
        flags.push(format!("--remap-path-prefix={}=cargo", home.display()));
    }
    flags.push(format!("--remap-path-prefix={}=.", workspace.display()));
    flags.join(SEPARATOR)
}

fn cargo_home() -> Option<PathBuf> {
    let given = env::var_os("CARGO_HOME").map(PathBuf::from);
    given.or_else(|| env::home_dir().map(|home| home.join(".cargo")))
}

/// The path of the app's binary, if this is the message about it.
fn executable(message: &str) -> Option<PathBuf> {
    let message: Value = serde_json::from_str(message).ok()?;
    (message["target"]["name"] == BINARY)
        .then(|| message["executable"].as_str().map(PathBuf::from))
        .flatten()
}
