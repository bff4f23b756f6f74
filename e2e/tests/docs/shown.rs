//! The output and the help texts in the pages match those of the programs.

use std::io::{BufRead as _, BufReader};
use std::process::Stdio;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use e2e::http::get_as;
use e2e::{binaries, free_port};
use regex_lite::Regex;

use crate::page::{Page, Text, pages};

/// How long the local AWS may take to print its next line.
const LONGEST_PAUSE: Duration = Duration::from_mins(1);

/// How many lines the README may have.
const README_LINES: usize = 150;

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
    let (sender, lines) = mpsc::channel();
    thread::spawn(move || {
        for line in output.lines() {
            // The test may have seen enough.
            let _ = sender.send(normalized(&line.expect("text")));
        }
    });
    let readme = Page::read("README.md");
    let blocks = readme.blocks();
    let shown = blocks.iter().find(|block| block.language == "text");
    let shown = &shown.expect("a block of text").lines;
    let shown: Vec<_> = shown.iter().map(|line| normalized(&line.text)).collect();
    let printed = std::iter::from_fn(|| lines.recv_timeout(LONGEST_PAUSE).ok());
    let printed = printed.skip_while(String::is_empty).take(shown.len());
    let printed: Vec<_> = printed.collect();
    process.kill().expect("it runs");
    process.wait().expect("it ends");
    assert_eq!(shown, printed);
}

/// Removes the parts of a line that differ between runs: ports, generated names and alignment.
fn normalized(line: &str) -> String {
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
