use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::image::bill::{Crate, crates};
use crate::image::dist::BINARY;
use crate::image::files::read;
use crate::image::{Architecture, Error};

/// Separates the flags in `CARGO_ENCODED_RUSTFLAGS`, since a path may contain a space.
const SEPARATOR: &str = "\x1f";

/// Checks that Rust can build for the target. This comes first, because the build takes minutes.
pub(super) fn ensure_target(workspace: &Path, target: &str) -> Result<(), Error> {
    let output = Command::new(rustc())
        .args(["--print", "target-libdir", "--target", target])
        .current_dir(workspace)
        .output()
        .map_err(|err| Error::NoCargo("rustc", err))?;
    let library = String::from_utf8_lossy(&output.stdout);
    if output.status.success() && Path::new(library.trim()).is_dir() {
        return Ok(());
    }
    Err(Error::NoTarget(target.to_owned()))
}

/// The linker for another CPU or system, with the variable that passes it to cargo. `None` if cargo
/// needs no such variable.
pub(super) fn linker(architecture: Architecture) -> Result<Option<(String, OsString)>, Error> {
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
    // The names in Debian and in Homebrew.
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

/// A binary with the crates that it was made of.
pub(super) struct Compiled {
    pub(super) path: PathBuf,
    pub(super) crates: Vec<Crate>,
}

/// Builds with cargo, which prints its own messages. The versions of all crates are those of `Cargo.lock`.
pub(super) fn compile(
    workspace: &Path,
    target: &str,
    linker: Option<(String, OsString)>,
) -> Result<Compiled, Error> {
    let built = Command::new(cargo())
        .args(["build", "--release", "--package", BINARY, "--bin", BINARY])
        .arg("--locked")
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
        Some(path) if built.status.success() => Ok(Compiled {
            path,
            crates: list_crates(workspace, target, &messages)?,
        }),
        _ => Err(Error::Build),
    }
}

/// The crates of a build, from the messages of cargo about it.
fn list_crates(workspace: &Path, target: &str, messages: &str) -> Result<Vec<Crate>, Error> {
    let metadata = Command::new(cargo())
        .args(["metadata", "--format-version=1", "--locked"])
        .args(["--filter-platform", target])
        .current_dir(workspace)
        .stderr(Stdio::inherit())
        .output()
        .map_err(|err| Error::NoCargo("cargo", err))?;
    let metadata = String::from_utf8_lossy(&metadata.stdout);
    let lock = read(&workspace.join("Cargo.lock"))?;
    let lock = String::from_utf8_lossy(&lock);
    crates(messages, &metadata, &lock, target, BINARY).ok_or(Error::Crates)
}

fn cargo() -> OsString {
    env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}

pub(super) fn rustc() -> OsString {
    env::var_os("RUSTC").unwrap_or_else(|| "rustc".into())
}

/// The flags for a static binary without paths of this machine, so that the same sources give the
/// same binary on every machine.
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

/// The path of the app's binary, if this message of cargo names it.
fn executable(message: &str) -> Option<PathBuf> {
    let message: Value = serde_json::from_str(message).ok()?;
    (message["target"]["name"] == BINARY)
        .then(|| message["executable"].as_str().map(PathBuf::from))
        .flatten()
}
