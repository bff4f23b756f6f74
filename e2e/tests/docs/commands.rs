//! Every command is accepted, and runs.

use std::process::Command;

use e2e::ROOT;
use tokio::task::JoinSet;

use crate::command;
use crate::page::{Page, Text, pages};
use crate::prove::prove;
use crate::session::Session;
use crate::taskfile::Taskfile;

#[test]
fn every_command_is_accepted_by_its_program() {
    let taskfile = Taskfile::read();
    let mut wrong = Vec::new();
    for page in pages() {
        let inline = page.spans().into_iter();
        let inline = inline.filter(|span| command::is_command(&span.text));
        for written in page.commands().into_iter().chain(inline) {
            let read = command::read(&taskfile, &written.text);
            let proven = read.and_then(|commands| commands.iter().try_for_each(prove));
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
fn our_taskfile_parser_agrees_with_task() {
    let taskfile = Taskfile::read();
    for page in pages() {
        for written in page.commands().into_iter().chain(page.spans()) {
            let Some(words) = written.text.strip_prefix("task ") else {
                continue;
            };
            let words = command::words(words).expect("words");
            let output = Command::new("task")
                .args(["--dry", "--verbose", "--color=false"])
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
