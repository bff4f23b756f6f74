//! Everything that the pages name exists, and every option and variable is documented.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use aws_sdk_cloudformation::types::StackStatus;
use e2e::ROOT;
use regex_lite::Regex;

use crate::command;
use crate::help::{self, Help};
use crate::page::pages;

/// The files in the root of the workspace that the pages name.
const ROOT_FILES: [&str; 8] = [
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "Cargo.toml",
    "Dockerfile",
    "README.md",
    "SECURITY.md",
    "Taskfile.yml",
    "rust-toolchain.toml",
];

/// Names that look like paths of the workspace, but name images of the local AWS.
const IMAGES: [&str; 3] = ["local/crashes", "local/showtable", "local/unhealthy"];

/// Environment variables that no `--help` lists, and who reads them.
const VARIABLES: [(&str, &str); 4] = [
    ("HTTPS_PROXY", "connect"),
    ("NO_PROXY", "connect"),
    ("REGISTRY_PASSWORD", "container image"),
    ("RUST_LOG", "the log of showtable and local"),
];

#[test]
fn every_option_that_is_named_exists() {
    let help = help::all();
    let mut wrong = Vec::new();
    for page in pages() {
        for span in page.spans() {
            if !command::is_command(&span.text) && !help::knows(&help, &span.text) {
                wrong.push(format!("{span}: no program has this command or option"));
            }
        }
        wrong.extend(
            page.tables()
                .iter()
                .flat_map(|table| help::wrong(&help, table)),
        );
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_option_and_variable_that_exists_is_documented() {
    let mut named = BTreeSet::new();
    let word = Regex::new("--[a-z][a-z-]*|[A-Z][A-Z_]+").expect("a pattern");
    for page in pages() {
        for text in page.spans().into_iter().chain(page.commands()) {
            named.extend(word.find_iter(&text.text).map(|it| it.as_str().to_owned()));
        }
    }
    for Help {
        program,
        command,
        options,
        variables,
    } in help::all()
    {
        let options = options.keys().map(|name| {
            // An option may be documented as its variable.
            let variable = name.to_ascii_uppercase().replace('-', "_");
            [format!("--{name}"), variable]
        });
        let variables = variables.keys().map(|name| [name.clone(), name.clone()]);
        for names in options.chain(variables) {
            assert!(
                names.iter().any(|name| named.contains(name)),
                "{program} {command}: no page names {}",
                names[0]
            );
        }
    }
}

#[test]
fn every_variable_that_is_named_exists() {
    let name = Regex::new("^[A-Z][A-Z0-9]*(_[A-Z0-9]+)+(=.*)?$").expect("a pattern");
    let help = help::all();
    for page in pages() {
        for span in page
            .spans()
            .into_iter()
            .filter(|span| name.is_match(&span.text))
        {
            let name = span.text.split('=').next().expect("a name");
            let known = help.iter().any(|help| help.variables.contains_key(name))
                || VARIABLES.iter().any(|(known, _)| *known == name)
                || name.starts_with("AWS_")
                || StackStatus::values().contains(&name);
            assert!(known, "{span}: no variable and no status of a stack");
        }
    }
}

#[test]
fn every_file_that_is_named_exists() {
    let mut wrong = Vec::new();
    for page in pages() {
        for span in page.spans() {
            let path = span.text.as_str();
            if is_path(path) && !IMAGES.contains(&path) && !exists(path) {
                wrong.push(format!("{span}: no such file"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn is_path(text: &str) -> bool {
    let folders = [
        "app/", "connect/", "docs/", "e2e/", "infra/", "items/", "local/", "static/", ".ci/",
        ".github/",
    ];
    ROOT_FILES.contains(&text) || folders.iter().any(|folder| text.starts_with(folder))
}

/// Whether the file exists. A `*` matches any stack.
fn exists(path: &str) -> bool {
    let stacks = ["vpc", "table", "container"];
    let mut paths = stacks.iter().map(|stack| path.replace('*', stack));
    paths.all(|path| Path::new(ROOT).join(path).exists())
}

#[test]
fn every_link_leads_somewhere() {
    let link = Regex::new(r"\]\(([^)\s]+)\)").expect("a pattern");
    for page in pages() {
        for found in link.captures_iter(&page.text) {
            let target = &found[1];
            if target.starts_with("https://") {
                continue;
            }
            let (file, heading) = target.split_once('#').unwrap_or((target, ""));
            let path = match file {
                "" => page.path(),
                file => page.path().with_file_name("").join(file),
            };
            assert!(path.exists(), "{}: no file {target}", page.name);
            if !heading.is_empty() {
                let text = fs::read_to_string(&path).expect("a page");
                let found = text.lines().any(|line| anchor(line) == heading);
                assert!(found, "{}: no heading {target}", page.name);
            }
        }
    }
}

/// The anchor that GitHub gives to a heading; `None` for another line.
fn anchor(line: &str) -> String {
    let heading = line.trim_start_matches('#');
    if heading.len() == line.len() {
        return String::new();
    }
    let kept = |c: &char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_');
    let heading = heading.trim().to_lowercase();
    heading
        .chars()
        .filter(kept)
        .collect::<String>()
        .replace(' ', "-")
}

#[test]
fn every_file_names_the_same_version_of_rust() {
    let read = |file: &str| fs::read_to_string(Path::new(ROOT).join(file)).expect("a file");
    let version = Regex::new("rust-version = \"([0-9]+\\.[0-9]+)\"").expect("a pattern");
    let manifest = read("Cargo.toml");
    let version = &version.captures(&manifest).expect("a version")[1];
    for (file, text) in [
        ("rust-toolchain.toml", format!("channel = \"{version}.")),
        ("Dockerfile", format!("FROM rust:{version}-")),
        (
            ".github/workflows/ci.yml",
            format!("image: rust:{version}-"),
        ),
        ("CONTRIBUTING.md", format!("`Cargo.toml`, {version}.")),
    ] {
        assert!(read(file).contains(&text), "{file} does not have {text}");
    }
}
