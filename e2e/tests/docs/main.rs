//! The documentation says what is true: every command in it runs against a local AWS or is proven to
//! be one, and every option, variable, file and link exists.
//!
//! A command is a line of a block marked `sh`, or a line after `$` of a block marked `console`. Inline
//! code that begins with a program's name is checked as well, but not run. A command that no rule of
//! [`command`] knows makes a test fail.

mod command;
mod help;
mod page;
mod parse;
mod session;
mod taskfile;

use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use aws_sdk_cloudformation::types::StackStatus;
use e2e::http::get_as;
use e2e::{ROOT, binaries, free_port};
use regex_lite::Regex;
use tokio::task::JoinSet;

use crate::help::Help;
use crate::page::{Page, Text, pages};
use crate::session::Session;
use crate::taskfile::Taskfile;

/// How many lines the README may have.
const README_LINES: usize = 150;

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
const IMAGES: [&str; 2] = ["local/crashes", "local/unhealthy"];

/// Environment variables that no `--help` lists, and who reads them.
const VARIABLES: [(&str, &str); 5] = [
    ("CONTAINERS_CONF", "podman"),
    ("HTTPS_PROXY", "connect"),
    ("NO_PROXY", "connect"),
    ("REGISTRY_PASSWORD", "container image"),
    ("RUST_LOG", "the log of showtable and local"),
];

#[test]
fn every_block_says_what_it_is() {
    let known = ["sh", "console", "text", "mermaid"];
    for block in pages().iter().flat_map(Page::blocks) {
        let language = block.language.as_str();
        assert!(
            known.contains(&language),
            "{}: a block is {known:?}",
            block.place
        );
    }
}

#[test]
fn every_command_is_accepted_by_its_program() {
    let taskfile = Taskfile::read();
    let mut wrong = Vec::new();
    for page in pages() {
        let inline = page.spans().into_iter();
        let inline = inline.filter(|span| command::is_command(&span.text));
        for written in page.commands().into_iter().chain(inline) {
            let read = command::read(&taskfile, &written.text);
            let proven = read.and_then(|commands| commands.iter().try_for_each(parse::prove));
            wrong.extend(proven.err().map(|err| format!("{written}: {err}")));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_commands_of_each_page_run_one_after_the_other() {
    run_pages(false).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs aws (pip install awscli)"]
async fn the_commands_of_the_aws_command_line_run_as_well() {
    run_pages(true).await;
}

/// Runs the commands of all pages, or with `aws` only of those pages that use `aws`.
async fn run_pages(aws: bool) {
    let mut running = JoinSet::new();
    for page in pages() {
        let is_chosen = |line: &Text| !aws || line.text.starts_with("aws ");
        if page.commands().iter().any(is_chosen) {
            running.spawn(run_page(page, aws));
        }
    }
    let ran: usize = running.join_all().await.iter().sum();
    assert!(ran >= if aws { 5 } else { 20 }, "only {ran} commands ran");
}

/// Runs the commands of a page. Returns how many.
async fn run_page(page: Page, aws: bool) -> usize {
    let taskfile = Taskfile::read();
    let mut session = Session::new(&page, aws);
    let mut ran = 0;
    for line in page.commands() {
        let commands = command::read(&taskfile, &line.text).expect("a known command");
        ran += session.run(&line, &commands).await;
    }
    ran
}

#[test]
#[ignore = "needs task (pip install go-task-bin)"]
fn task_itself_runs_the_commands_that_the_taskfile_is_read_as() {
    let taskfile = Taskfile::read();
    for page in pages() {
        for written in page.commands().into_iter().chain(page.spans()) {
            let Some(words) = written.text.strip_prefix("task ") else {
                continue;
            };
            let words = command::words(words).expect("words");
            let output = Command::new("task")
                .args(["--dry", "--verbose"])
                .args(&words)
                .current_dir(ROOT)
                .output()
                .expect("task is on the path");
            let printed = String::from_utf8(output.stderr).expect("text");
            let said = printed.lines().filter_map(|line| {
                let (_, command) = line.strip_prefix("task: [")?.split_once("] ")?;
                Some(command::words(command))
            });
            let read = taskfile.expand(&words).expect("tasks");
            let read = read.iter().map(|line| command::words(line));
            assert!(said.eq(read), "{written}: {printed}");
        }
    }
}

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

/// Whether there is such a file. A `*` stands for any stack.
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

/// The anchor that GitHub gives to a heading; nothing for another line.
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
fn the_readme_is_short() {
    let readme = Page::read("README.md");
    let lines = readme.text.lines().count();
    assert!(lines <= README_LINES, "the README has {lines} lines");
}

#[test]
fn the_readme_shows_what_the_local_aws_prints() {
    let mut process = binaries::local()
        .args(["--port", "0", "--alb-port", &free_port().to_string()])
        .stdout(Stdio::piped())
        .spawn()
        .expect("the local AWS starts");
    let output = BufReader::new(process.stdout.take().expect("its output"));
    let mut printed = Vec::new();
    for line in output.lines() {
        printed.push(without_chance(&line.expect("text")));
        if printed
            .last()
            .is_some_and(|line| line.starts_with("Ctrl-C"))
        {
            break;
        }
    }
    process.kill().expect("it runs");
    process.wait().expect("it ends");
    let readme = Page::read("README.md");
    let blocks = readme.blocks();
    let shown = blocks.iter().find(|block| block.language == "text");
    let shown = &shown.expect("a block of text").lines;
    let shown: Vec<_> = shown
        .iter()
        .map(|line| without_chance(&line.text))
        .collect();
    let printed = printed.into_iter().skip_while(String::is_empty);
    assert_eq!(shown, printed.collect::<Vec<_>>());
}

/// A line without what differs from run to run: ports, generated names, and the alignment.
fn without_chance(line: &str) -> String {
    let line = line.split_whitespace().collect::<Vec<_>>().join(" ");
    let port = Regex::new(r"127\.0\.0\.1:[0-9]+").expect("a pattern");
    let name = Regex::new("table-Table-[A-Z0-9]+").expect("a pattern");
    let line = port.replace_all(&line, "127.0.0.1:PORT");
    name.replace_all(&line, "table-Table-NAME").into_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_address_of_the_page_gives_a_page() {
    let account = e2e::Account::new().await;
    let demo = account.local.deploy().await.expect("deployed");
    let first = get_as(&demo.url, "/query", &demo.login).await.text;
    let item = Regex::new("/item\\?key=[^\"]+").expect("a pattern");
    let item = item.find(&first).expect("an item").as_str();
    let mut asked = 0;
    for Text { place, text } in Page::read("docs/viewer.md").spans() {
        let Some(path) = text.strip_prefix("GET ") else {
            continue;
        };
        let path = path.replace("/item?key=…", item);
        let answer = get_as(&demo.url, &path, &demo.login).await;
        assert_eq!(answer.status, 200, "{place}: {path}: {}", answer.text);
        asked += 1;
    }
    assert!(asked > 5, "only {asked} addresses");
    account.local.stop().await;
}
