//! The kinds of commands in the documentation. Any other command is an error.

use std::path::Path;

use e2e::ROOT;

use crate::taskfile::Taskfile;

/// A command that a person types, or that a task runs for it.
#[derive(Debug, Clone)]
pub(crate) enum Command {
    /// `export NAME=VALUE`
    Export(String, String),
    /// A program of this workspace, with its arguments.
    Ours(String, Vec<String>),
    /// Cargo, with its arguments, if it does not run one of our programs.
    Cargo(Vec<String>),
    /// Docker, with its arguments.
    Docker(Vec<String>),
    /// The `aws` command line, as it is typed.
    Aws,
    /// One of [`OUTSIDE`].
    Outside,
}

/// The programs that `cargo run --bin` starts.
pub(crate) const PROGRAMS: [&str; 5] = ["vpc", "table", "container", "local", "showtable"];

/// The commands that no test can check, and why.
const OUTSIDE: [(&str, &str); 2] = [
    ("pip install go-task-bin", "installs a program"),
    (
        ".ci/run",
        "runs this test itself; it is checked that it exists",
    ),
];

/// Whether inline code is a command, not only the name of a program.
pub(crate) fn is_command(code: &str) -> bool {
    let programs = [
        "task ", "cargo ", "docker ", "aws ", "git ", "pip ", "export ", "npm ",
    ];
    let is_login = |code: &str| code == "docker login" || code.starts_with("podman ");
    !is_login(code)
        && (code == ".ci/run" || programs.iter().any(|program| code.starts_with(program)))
}

/// The command in a line.
pub(crate) fn read(taskfile: &Taskfile, line: &str) -> Result<Vec<Command>, String> {
    if OUTSIDE.iter().any(|(known, _)| *known == line) {
        return Ok(vec![Command::Outside]);
    }
    let words = words(line)?;
    let (program, arguments) = words.split_first().ok_or("an empty command")?;
    match program.as_str() {
        "task" => {
            let commands = taskfile.expand(arguments)?;
            let read = commands.iter().map(|line| read(taskfile, line));
            Ok(read.collect::<Result<Vec<_>, _>>()?.concat())
        }
        "export" => arguments.iter().map(|word| export(word)).collect(),
        "cargo" => cargo(arguments).map(|command| vec![command]),
        "docker" => Ok(vec![Command::Docker(arguments.to_vec())]),
        "aws" => Ok(vec![Command::Aws]),
        other => Err(format!(
            "{other} is unknown: nothing proves that this works"
        )),
    }
}

fn export(word: &str) -> Result<Command, String> {
    let (name, value) = word.split_once('=').ok_or("export takes NAME=VALUE")?;
    Ok(Command::Export(name.to_owned(), value.to_owned()))
}

/// `cargo run --bin PROGRAM -- ARGUMENTS` runs one of our programs.
fn cargo(arguments: &[String]) -> Result<Command, String> {
    let words: Vec<_> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["run", "--bin", program, rest @ ..] => {
            if !PROGRAMS.contains(program) {
                return Err(format!("no binary {program} is run"));
            }
            let rest = match rest {
                ["--", rest @ ..] => rest,
                [] => &[],
                [other, ..] => return Err(format!("cargo run takes no {other} here")),
            };
            let rest = rest.iter().map(|word| (*word).to_owned()).collect();
            Ok(Command::Ours((*program).to_owned(), rest))
        }
        _ => Ok(Command::Cargo(arguments.to_vec())),
    }
}

/// The words of a line, as a shell without variables reads them.
pub(crate) fn words(line: &str) -> Result<Vec<String>, String> {
    shlex::split(line).ok_or_else(|| "a quote does not end".to_owned())
}

/// Whether a file is in the workspace.
pub(crate) fn is_file(path: &str) -> bool {
    Path::new(ROOT).join(path).is_file()
}
