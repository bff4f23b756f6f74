//! Checks that a command is accepted, without running it to the end.

use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command as Process, Output, Stdio};

use clap::Parser as _;
use e2e::{ROOT, binaries};

use crate::command::{Command, is_file};

/// Returns the reason why a command would not be accepted.
pub(crate) fn prove(command: &Command) -> Result<(), String> {
    match command {
        Command::Ours(program, arguments) => ours(program, arguments),
        Command::Cargo(arguments) => cargo(arguments),
        Command::Docker(arguments) => docker(arguments),
        Command::Export(..) | Command::Aws | Command::Outside => Ok(()),
    }
}

/// Runs a program so that it fails right after it has read its arguments: without a region, without
/// `dist/`, or on a port that is in use.
fn ours(program: &str, arguments: &[String]) -> Result<(), String> {
    if program == "showtable" {
        let words = std::iter::once("showtable").chain(arguments.iter().map(String::as_str));
        return match showtable::Config::try_parse_from(words) {
            Err(err) if err.use_stderr() => Err(err.to_string()),
            _ => Ok(()),
        };
    }
    let taken = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = taken.local_addr().expect("its address").port().to_string();
    let directory = tempfile::tempdir().expect("a directory");
    let mut process = Process::new(binaries::path(program));
    process.args(arguments);
    let explains = program == "local" && arguments.first().is_some_and(|word| word == "explain");
    if explains {
        // Nothing listens there.
        process.args(["--endpoint", "http://127.0.0.1:1"]);
    } else if program == "local" && !arguments.iter().any(|word| word == "--port") {
        process.args(["--port", &port]);
    }
    let Output { status, stderr, .. } = process
        .current_dir(directory.path())
        .env_clear()
        .env("HOME", directory.path())
        .env("PATH", std::env::var_os("PATH").expect("a path"))
        .stdin(Stdio::null())
        .output()
        .expect("the program runs");
    let said = String::from_utf8_lossy(&stderr);
    let reasons = [
        "no AWS region is set",
        "choose another port",
        "no local AWS answers",
        "dist",
        "workspace",
    ];
    let asks_only = arguments
        .iter()
        .any(|word| word == "--help" || word == "completions");
    let is_accepted = match status.code() {
        Some(0) => asks_only,
        // 2 is what `explain` could not ask.
        Some(1 | 2) => reasons.iter().any(|reason| said.contains(reason)),
        _ => false,
    };
    if is_accepted {
        Ok(())
    } else {
        Err(format!("{program} ended with {status}: {said}"))
    }
}

/// Checks only the packages and the targets; cargo knows its own options.
fn cargo(arguments: &[String]) -> Result<(), String> {
    let known = [
        "bench", "build", "check", "clippy", "deny", "doc", "fmt", "test",
    ];
    if !known.contains(&arguments[0].as_str()) {
        return Err(format!("cargo {} is unknown", arguments[0]));
    }
    let mut words = arguments.iter().map(String::as_str);
    while let Some(word) = words.next() {
        match word {
            "-p" => {
                let name = words.next().ok_or("-p names a package")?;
                package(name)?;
            }
            "--test" | "--bench" => {
                let name = words.next().ok_or("a target has a name")?;
                target(&word[2..], name)?;
            }
            "--" => break,
            _ => {}
        }
    }
    if arguments.iter().any(|word| word == "viewer") {
        viewer(words)?;
    }
    Ok(())
}

const CRATES: [&str; 9] = [
    "app",
    "connect",
    "e2e",
    "infra/container",
    "infra/deploy",
    "infra/table",
    "infra/vpc",
    "items",
    "local",
];

fn package(name: &str) -> Result<(), String> {
    let line = format!("name = \"{name}\"");
    let found = CRATES.iter().any(|folder| {
        let manifest = Path::new(ROOT).join(folder).join("Cargo.toml");
        let manifest = fs::read_to_string(manifest).expect("a manifest");
        manifest.lines().take(2).any(|it| it == line)
    });
    found
        .then_some(())
        .ok_or_else(|| format!("no package {name}"))
}

/// Whether a crate has this test or bench: as a file or as a folder.
fn target(kind: &str, name: &str) -> Result<(), String> {
    let kinds = if kind == "test" { "tests" } else { "benches" };
    let found = CRATES.iter().any(|folder| {
        let path = format!("{folder}/{kinds}/{name}");
        is_file(&format!("{path}.rs")) || is_file(&format!("{path}/main.rs"))
    });
    found
        .then_some(())
        .ok_or_else(|| format!("no {kind} {name}"))
}

/// Checks the options of the bench of the app: each is a field of its struct.
fn viewer<'a>(words: impl Iterator<Item = &'a str>) -> Result<(), String> {
    let source = Path::new(ROOT).join("app/benches/viewer/main.rs");
    let source = fs::read_to_string(source).expect("the bench");
    for option in words.filter_map(|word| word.strip_prefix("--")) {
        let field = format!("    {}: ", option.replace('-', "_"));
        if !source.contains(&field) {
            return Err(format!("the bench has no option --{option}"));
        }
    }
    Ok(())
}

/// Checks that the stage exists in the Dockerfile. Docker is not needed.
fn docker(arguments: &[String]) -> Result<(), String> {
    let dockerfile = fs::read_to_string(Path::new(ROOT).join("Dockerfile")).expect("Dockerfile");
    let words: Vec<_> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["build", "."] => Ok(()),
        ["build", "--target", stage, "."] if dockerfile.contains(&format!(" AS {stage}\n")) => {
            Ok(())
        }
        _ => Err("no such stage in the Dockerfile".to_owned()),
    }
}
