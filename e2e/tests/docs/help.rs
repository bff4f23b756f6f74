//! The `--help` of each program: commands, options with their defaults, and variables.

use std::collections::BTreeMap;
use std::process::Output;
use std::sync::LazyLock;

use clap::CommandFactory as _;
use e2e::binaries;
use regex_lite::Regex;

use crate::inline::Table;
use crate::page::Text;

/// The help of a program, or of one of its commands.
#[derive(Debug, Clone)]
pub(crate) struct Help {
    pub(crate) program: String,
    /// Empty for the program itself.
    pub(crate) command: String,
    /// Each option, without `--`, with its default.
    pub(crate) options: BTreeMap<String, Option<String>>,
    /// Each environment variable with its default.
    pub(crate) variables: BTreeMap<String, Option<String>>,
}

static OPTION: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^\s+(?:-[a-z], )?--([a-z][a-z-]*)").expect("a pattern"));
static COMMAND: LazyLock<Regex> =
    LazyLock::new(|| Regex::new("^  ([a-z][a-z-]*)(?:  |$)").expect("a pattern"));
static DEFAULT: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\[default: ([^\]]+)\]").expect("a pattern"));
static VARIABLE: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\[env: ([A-Z_]+)").expect("a pattern"));

/// The help of all programs with all their commands.
pub(crate) fn all() -> Vec<Help> {
    let mut all = vec![showtable(), read("local", ""), read("local", "explain")];
    for program in ["vpc", "table", "container"] {
        all.extend(read_all(program, ""));
    }
    all
}

/// The help of a command, after that of the commands below it.
fn read_all(program: &str, command: &str) -> Vec<Help> {
    let text = text(program, command);
    let list = text.split_once("Commands:\n").map_or("", |(_, list)| list);
    let list = list.lines().take_while(|line| !line.is_empty());
    let below = list.filter_map(|line| Some(COMMAND.captures(line)?[1].to_owned()));
    let below = below.filter(|it| it != "help");
    let mut all: Vec<_> = below
        .flat_map(|it| read_all(program, format!("{command} {it}").trim()))
        .collect();
    all.push(parse(program, command, &text));
    all
}

fn showtable() -> Help {
    let mut command = showtable::Config::command();
    parse("showtable", "", &command.render_help().to_string())
}

fn read(program: &str, command: &str) -> Help {
    parse(program, command, &text(program, command))
}

fn text(program: &str, command: &str) -> String {
    let mut line = std::process::Command::new(binaries::path(program));
    line.args(command.split_whitespace());
    let line = line.arg("--help").env_clear();
    let Output { status, stdout, .. } = line.output().expect("the program runs");
    assert!(status.success(), "{program} {command} --help");
    String::from_utf8(stdout).expect("text")
}

fn parse(program: &str, command: &str, text: &str) -> Help {
    let mut help = Help {
        program: program.to_owned(),
        command: command.to_owned(),
        options: BTreeMap::new(),
        variables: BTreeMap::new(),
    };
    let mut entries: Vec<(String, String)> = Vec::new();
    for line in text.lines() {
        if let Some(found) = OPTION.captures(line) {
            entries.push((found[1].to_owned(), String::new()));
        }
        if let Some((_, entry)) = entries.last_mut() {
            entry.push_str(line.trim());
            entry.push(' ');
        }
    }
    for (name, entry) in entries {
        if matches!(name.as_str(), "help" | "version") {
            continue;
        }
        let default = DEFAULT
            .captures(&entry)
            .map(|found| found[1].trim().to_owned());
        if let Some(found) = VARIABLE.captures(&entry) {
            help.variables.insert(found[1].to_owned(), default.clone());
        }
        help.options.insert(name, default);
    }
    help
}

/// Whether the command or option in inline code exists. Returns true for other code.
pub(crate) fn knows(all: &[Help], code: &str) -> bool {
    let mut words = code.split([' ', '=']).peekable();
    let mut fitting: Vec<&Help> = all.iter().collect();
    let named = |all: &[&Help], is: &dyn Fn(&Help) -> bool| -> Vec<Help> {
        all.iter()
            .filter(|help| is(help))
            .map(|help| (*help).clone())
            .collect()
    };
    let first = words.peek().copied().unwrap_or_default();
    let of_program = named(&fitting, &|help| help.program == first);
    if !of_program.is_empty() {
        words.next();
        fitting = all.iter().filter(|help| help.program == first).collect();
    }
    let second = words.peek().copied().unwrap_or_default();
    let is_option = |word: &str| word.starts_with("--") && word.len() > 2;
    if second.is_empty() {
        return true;
    }
    if !is_option(second) {
        let of_command: Vec<_> = fitting
            .into_iter()
            .filter(|help| help.command == second)
            .collect();
        if of_command.is_empty() {
            // If the first of two words is a program, the second must be one of its commands.
            return of_program.is_empty();
        }
        fitting = of_command;
    }
    words.filter(|word| is_option(word)).all(|option| {
        let name = &option[2..];
        name == "help" || fitting.iter().any(|help| help.options.contains_key(name))
    })
}

/// The mistakes in a table of options or variables. The first cell of its heading is
/// `program`, `option of PROGRAM COMMAND`, or `variable of PROGRAM`.
pub(crate) fn wrong(all: &[Help], table: &Table) -> Vec<String> {
    let heading = table.heading[0].replace('`', "");
    // The second line of a table is only the rule below the heading.
    let rows = table.rows.iter().skip(1);
    if heading == "program" {
        return rows.flat_map(|row| of_programs(all, row)).collect();
    }
    let (kind, of) = heading.split_once(" of ").unwrap_or_default();
    if !matches!(kind, "option" | "variable") {
        return Vec::new();
    }
    let (program, command) = of.split_once(' ').unwrap_or((of, ""));
    let help = all
        .iter()
        .find(|help| help.program == program && help.command == command);
    let help = help.unwrap_or_else(|| panic!("no program {of}"));
    let known = if kind == "variable" {
        &help.variables
    } else {
        &help.options
    };
    let place_of_default = table.heading.iter().position(|cell| cell == "default");
    let mut wrong = Vec::new();
    let mut listed = Vec::new();
    for row in rows {
        let written = &row[0][0];
        let name = written
            .text
            .split(' ')
            .next()
            .expect("a name")
            .trim_start_matches('-');
        listed.push(name);
        let default = place_of_default.and_then(|place| row[place].first());
        match known.get(name) {
            None => wrong.push(format!("{written}: {of} has no such {kind}")),
            Some(known) => wrong.extend(other_default(written, known.as_deref(), default)),
        }
    }
    let missing = known.keys().filter(|name| !listed.contains(&name.as_str()));
    // Options of the environment are the same for all commands, and listed once.
    let missing = missing.filter(|name| !matches!(name.as_str(), "env" | "prefix"));
    wrong.extend(missing.map(|name| format!("the table of {of} lacks {name}")));
    wrong
}

/// Compares a default that is written as code with the real default.
fn other_default(written: &Text, known: Option<&str>, default: Option<&Text>) -> Option<String> {
    let default = default?;
    let is_same = known.is_some_and(|known| known == default.text);
    (!is_same).then(|| format!("{written}: the default is {known:?}, not {}", default.text))
}

/// A row that names a program, or all of the stacks, and then options of it.
fn of_programs(all: &[Help], row: &[Vec<Text>]) -> Vec<String> {
    let programs: Vec<_> = match row[0].first() {
        Some(program) => vec![program.text.as_str()],
        None => vec!["vpc", "table", "container"],
    };
    let mut wrong = Vec::new();
    for program in programs {
        for option in &row[1] {
            if !knows(all, &format!("{program} {}", option.text)) {
                wrong.push(format!("{option}: {program} has no such option"));
            }
        }
    }
    wrong
}
