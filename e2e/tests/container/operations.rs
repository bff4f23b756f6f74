//! The commands for the architecture as a whole: bring it up and down, return to the previous image,
//! read the logs, open the page.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::Stdio;

use container::image::ecr;
use deploy::{Approval, Clients, Environment, Options};
use e2e::http::get;
use e2e::shell::signal;
use e2e::{Account, command, options, until};

use crate::commands::{fails, succeeds};

async fn deployed_image(account: &Account) -> String {
    let stack = account.stack("container").await.expect("it stands");
    let parameter = stack
        .parameters()
        .iter()
        .find(|parameter| parameter.parameter_key() == Some("Image"));
    let value = parameter.and_then(|parameter| parameter.parameter_value());
    value.expect("an image").to_owned()
}

#[tokio::test]
async fn up_and_down_print_how_long_each_step_took() {
    let account = Account::new().await;
    let up = succeeds(&account, "container up --image local/showtable:1").await;
    for step in ["vpc", "table", "container", "in total"] {
        let in_timeline = |line: &&str| line.starts_with(step) && line.ends_with('s');
        assert!(up.lines().any(|line| in_timeline(&line)), "{step}: {up}");
    }
    let url = account.output("container", "ServiceURL").await;
    assert_eq!(get(&format!("{url}/ping")).await.status, 200);

    let refused = fails(&account, "container down").await;
    assert!(refused.contains("--yes"), "{refused}");
    assert!(account.stack("container").await.is_some());

    let down = succeeds(&account, "container down --yes").await;
    assert!(down.contains("in total"), "{down}");
    for stack in ["vpc", "table", "container"] {
        assert!(account.stack(stack).await.is_none(), "{stack}");
    }
    account.local.stop().await;
}

#[tokio::test]
async fn failed_steps_of_up_are_named_and_stop_it_before_the_service() {
    let failing = ["Vpc", "Table"].map(|resource| format!("create:{resource}"));
    let account = Account::with(&local::Options {
        fail: failing.into(),
        ..options()
    })
    .await;
    let failed = fails(&account, "container up --image local/showtable:1").await;
    assert!(
        failed.contains("❌  vpc and table failed (see above)"),
        "{failed}"
    );
    assert!(failed.contains("vpc        ❌"), "{failed}");
    assert!(failed.contains("in total"), "{failed}");
    assert!(account.stack("container").await.is_none());
    account.local.stop().await;
}

#[tokio::test]
async fn a_rollback_returns_to_the_image_before_and_back_again() {
    let account = Account::new().await;
    let missing = fails(&account, "container rollback").await;
    assert!(missing.contains("container does not exist"), "{missing}");
    succeeds(&account, "container up --image local/showtable:1").await;
    let first = fails(&account, "container rollback").await;
    assert!(
        first.contains("has no previous image to roll back to"),
        "{first}"
    );

    succeeds(
        &account,
        "container deploy --image local/showtable:2 --cpu-architecture ARM64",
    )
    .await;
    // A rollback does not return to an image whose rollout failed.
    fails(&account, "container deploy --image local/crashes").await;
    assert_eq!(deployed_image(&account).await, "local/showtable:2");
    let previous = account.output("container", "PreviousImage").await;
    assert_eq!(previous, "local/showtable:1 (X86_64)");

    succeeds(&account, "container rollback").await;
    assert_eq!(deployed_image(&account).await, "local/showtable:1");
    succeeds(&account, "container rollback").await;
    assert_eq!(deployed_image(&account).await, "local/showtable:2");
    let previous = account.output("container", "PreviousImage").await;
    assert_eq!(previous, "local/showtable:1 (X86_64)");
    account.local.stop().await;
}

#[tokio::test]
async fn a_rollback_to_an_image_that_was_deleted_changes_nothing() {
    let account = Account::new().await;
    account.local.deploy().await.expect("deployed");
    let clients = Clients::from(&account.config);
    let gone = format!("host/{}@sha256:{}", ecr::REPOSITORY, "0".repeat(64));
    let options = Options {
        parameters: [("PreviousImage".to_owned(), gone)].into(),
        approval: Approval::Never,
        ..Options::default()
    };
    container::deploy(&clients, &Environment::DEFAULT, None, &options)
        .await
        .expect("deployed");
    let before = deployed_image(&account).await;
    let refused = fails(&account, "container rollback").await;
    assert!(refused.contains("no longer in the repository"), "{refused}");
    assert_eq!(deployed_image(&account).await, before);
    account.local.stop().await;
}

#[tokio::test]
async fn the_log_is_shown_and_followed() {
    let account = Account::new().await;
    let missing = fails(&account, "container logs").await;
    assert!(missing.contains("container does not exist"), "{missing}");
    let demo = account.local.deploy().await.expect("deployed");
    let marked = async |mark: &str| {
        get(&format!("{}/{mark}", demo.url)).await;
        until("the line to be in the log", async || {
            let shown = succeeds(&account, "container logs --since 1h").await;
            shown.contains(mark).then_some(shown)
        })
        .await
    };
    let shown = marked("first-mark").await;
    let line = shown.lines().find(|line| line.contains("first-mark"));
    let words: Vec<_> = line.expect("the line").split_whitespace().collect();
    assert!(words[0].ends_with('Z') && words[1].len() == 8, "{words:?}");

    let mut follow = command(&account.local.endpoint_url(), "container logs --follow");
    let mut follow = follow.stdout(Stdio::piped()).spawn().expect("it runs");
    let lines = BufReader::new(follow.stdout.take().expect("its output")).lines();
    let read = tokio::task::spawn_blocking(move || {
        let mut seen = String::new();
        for line in lines.map_while(Result::ok) {
            seen.push_str(&line);
            if line.contains("second-mark") {
                break;
            }
        }
        seen
    });
    marked("second-mark").await;
    let seen = read.await.expect("it reads");
    assert_eq!(seen.matches("first-mark").count(), 1, "{seen}");
    assert_eq!(seen.matches("second-mark").count(), 1, "{seen}");
    signal("-INT", follow.id());
    follow.wait().expect("it ends");
    account.local.stop().await;
}

/// Puts a program of this name into a directory. It writes down its arguments.
fn fake(directory: &Path, name: &str) {
    use std::os::unix::fs::PermissionsExt as _;
    let program = directory.join(name);
    let script = format!("#!/bin/sh\necho \"$1\" > {}/opened\n", directory.display());
    std::fs::write(&program, script).expect("written");
    std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).expect("set");
}

#[tokio::test]
async fn the_page_is_opened_by_the_program_of_the_system() {
    let account = Account::new().await;
    let missing = fails(&account, "container open").await;
    assert!(missing.contains("container does not exist"), "{missing}");
    let demo = account.local.deploy().await.expect("deployed");
    let directory = tempfile::tempdir().expect("a directory");
    let endpoint = account.local.endpoint_url();
    let open = |directory: &Path| {
        let mut command = command(&endpoint, "container open");
        command.env("PATH", directory);
        tokio::task::spawn_blocking(move || command.output().expect("the binary runs"))
    };

    let nothing = open(directory.path()).await.expect("it ends");
    assert_eq!(nothing.status.code(), Some(1));
    let [stdout, stderr] = [nothing.stdout, nothing.stderr].map(String::from_utf8);
    assert_eq!(stdout.expect("text").trim(), demo.url);
    assert!(stderr.expect("text").contains("open the address yourself"));

    fake(directory.path(), "xdg-open");
    let opened = open(directory.path()).await.expect("it ends");
    assert!(opened.status.success());
    let called = std::fs::read_to_string(directory.path().join("opened"));
    assert_eq!(called.expect("it was called").trim(), demo.url);
    account.local.stop().await;
}
