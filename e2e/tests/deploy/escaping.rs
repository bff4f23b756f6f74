//! Text from outside is escaped: it cannot control the terminal, and it cannot pass for a line of the
//! program.

use std::process::{Command, Output};

use aws_sdk_cloudformation::types::{Capability, ChangeSetType, Tag};
use aws_sdk_dynamodb::types::AttributeValue;
use aws_sdk_ssm::types::ParameterType;
use e2e::images::{compiled, dist_of};
use e2e::{Account, binaries, command, options};
use serde_json::Value;

/// Clears the screen, reverses the direction of the text, and adds a line that reports a success. XML
/// cannot contain an ESC, therefore the control sequence begins with the other character, CSI.
const HOSTILE: &str = "no\u{9b}2J\r\u{202e}\n✅  vpc";
/// [`HOSTILE`] as it may be printed.
const SHOWN: &str = "no\\u{9b}2J\\r\\u{202e}\\n✅  vpc";

/// Runs a command. Returns its exit code, and all that it printed.
async fn printed(mut command: Command) -> (Option<i32>, String) {
    let ran = tokio::task::spawn_blocking(move || command.output().expect("it runs"));
    let Output {
        status,
        stdout,
        stderr,
    } = ran.await.expect("it ends");
    let text = [stdout, stderr].concat();
    (status.code(), String::from_utf8(text).expect("text"))
}

/// A command on a terminal of 120 columns.
#[cfg(target_os = "linux")]
fn on_terminal(inside: &Command) -> Command {
    let quoted = |word: &std::ffi::OsStr| format!("'{}'", word.to_str().expect("text"));
    let words = std::iter::once(inside.get_program()).chain(inside.get_args());
    let words: Vec<_> = words.map(quoted).collect();
    let line = format!("stty cols 120 rows 40; exec {}", words.join(" "));
    let mut command = Command::new("script");
    command.args(["-qefc", &line, "/dev/null"]);
    if let Some(directory) = inside.get_current_dir() {
        command.current_dir(directory);
    }
    for (name, value) in inside.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    command
        .env("TERM", "xterm")
        .stdin(std::process::Stdio::null());
    command
}

#[track_caller]
fn assert_harmless(text: &str) {
    let acts = |c: char| c != '\n' && (c.is_control() || ('\u{2028}'..='\u{202e}').contains(&c));
    assert!(!text.contains(acts), "{text:?}");
    assert!(!text.lines().any(|line| line.starts_with('✅')), "{text}");
}

async fn failing_network() -> Account {
    Account::with(&local::Options {
        fail: vec![format!("create:Vpc={HOSTILE}")],
        ..options()
    })
    .await
}

#[tokio::test]
async fn the_reason_of_a_failure_is_one_line() {
    let account = failing_network().await;
    let endpoint = account.local.endpoint_url();
    for (line, code) in [
        ("vpc deploy --yes", 1),
        ("vpc follow", 1),
        ("vpc status", 0),
    ] {
        let (ended, text) = printed(command(&endpoint, line)).await;
        assert_eq!(ended, Some(code), "{line}: {text}");
        assert_harmless(&text);
        let says_why = line != "vpc status";
        assert_eq!(text.contains(SHOWN), says_why, "{line}: {text}");
    }
    account.local.stop().await;
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_terminal_gets_the_sequences_of_this_program_only() {
    let account = failing_network().await;
    let deploy = command(&account.local.endpoint_url(), "vpc deploy --yes");
    let (code, text) = printed(on_terminal(&deploy)).await;
    assert_eq!(code, Some(1), "{text}");
    assert!(
        text.contains("\u{1b}[31m✖\u{1b}[0m CREATE_FAILED"),
        "{text:?}"
    );
    assert!(text.contains(SHOWN), "{text}");
    // Colours, and what removes the progress tree: rows up and down, and rows cleared.
    let ours = regex_lite::Regex::new("\u{1b}\\[[0-9]*[mABK]|\r").expect("a pattern");
    assert_harmless(&ours.replace_all(&text, ""));
    account.local.stop().await;
}

#[tokio::test]
async fn json_has_the_exact_value_escaped() {
    let account = Account::new().await;
    let tag = Tag::builder().key("owner").value(HOSTILE).build();
    let made = account
        .cloudformation
        .create_change_set()
        .stack_name("vpc")
        .change_set_name("test")
        .change_set_type(ChangeSetType::Create)
        .template_body("Resources: {Group: {Type: AWS::Logs::LogGroup}}")
        .capabilities(Capability::CapabilityIam)
        .tags(tag);
    made.send().await.expect("it is made");
    let execute = account.cloudformation.execute_change_set();
    let execute = execute.stack_name("vpc").change_set_name("test");
    execute.send().await.expect("it is executed");
    account.settled("vpc").await;
    let endpoint = account.local.endpoint_url();
    let (code, text) = printed(command(&endpoint, "vpc status --json")).await;
    assert_eq!(code, Some(0), "{text}");
    assert_harmless(&text);
    let status: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(status["Stack"]["Tags"]["owner"], HOSTILE);
    account.local.stop().await;
}

#[tokio::test]
async fn the_output_of_a_task_is_escaped_unless_raw_is_requested() {
    const LINE: &[u8] = b"\x1b[2J\x1b]0;title\x07 99 %\r100 % \xff\xe2\x80\xae";
    let account = Account::new().await;
    account.local.deploy().await.expect("deployed");
    let directory = tempfile::tempdir().expect("a directory");
    let source = format!(
        "use std::io::Write; fn main() {{ std::io::stdout().write_all(&{LINE:?}).unwrap(); \
         println!(\"\\n✅  container\"); std::process::exit(3) }}"
    );
    dist_of(directory.path(), &compiled(&source), "");
    let endpoint = account.local.endpoint_url();
    let shown = "\\x1b[2J\\x1b]0;title\\x07 99 %\\r100 % \u{fffd}\\u{202e}";

    let deploy = format!(
        "container deploy --yes --stale --dist {}",
        directory.path().display()
    );
    let (code, text) = printed(command(&endpoint, &deploy)).await;
    assert_eq!(code, Some(1), "{text}");
    assert!(text.contains(&format!("| {shown}\n")), "{text}");
    assert!(text.contains("| ✅  container\n"), "{text}");
    assert_harmless(&text);

    let (_, logs) = printed(command(&endpoint, "container logs --since 1h")).await;
    assert!(logs.contains(&format!("  {shown}\n")), "{logs}");
    assert_harmless(&logs);
    let (_, raw) = printed(command(&endpoint, "container logs --since 1h --raw")).await;
    let line = String::from_utf8_lossy(LINE);
    assert!(raw.contains(&format!("{line}\n✅  container\n")), "{raw:?}");
    account.local.stop().await;
}

#[tokio::test]
async fn a_handed_over_value_is_printed_on_one_line() {
    let account = Account::new().await;
    let value = "vpc-1\u{1b}[2J\n✅  vpc";
    let put = account.ssm.put_parameter().name("/go-on-aws/vpc");
    let put = put.value(value).r#type(ParameterType::String);
    put.send().await.expect("it is written");
    let line = "vpc use --vpc-id vpc-2 --public subnet-1,subnet-2 --private subnet-3";
    let (code, text) = printed(command(&account.local.endpoint_url(), line)).await;
    assert_eq!(code, Some(1), "{text}");
    assert!(text.contains("vpc-1\\x1b[2J\\n✅  vpc -> vpc-2"), "{text}");
    assert_harmless(&text);
    account.local.stop().await;
}

#[tokio::test]
async fn a_line_that_cannot_be_loaded_is_quoted_on_one_line() {
    let account = Account::new().await;
    let endpoint = account.local.endpoint_url();
    let (code, text) = printed(command(&endpoint, "table deploy")).await;
    assert_eq!(code, Some(0), "{text}");
    let directory = tempfile::tempdir().expect("a directory");
    let name = "items\u{1b}[2J\n✅.jsonl";
    let item = r#"{"Item":{"itemID":{"S":"a"},"\u001b[2J\n✅  b":{"SS":[]}}}"#;
    std::fs::write(directory.path().join(name), item).expect("written");
    for (more, code) in [("", 1), ("--skip-bad", 0)] {
        let mut load = command(
            &endpoint,
            &format!("table load --format dynamodb-json {more}"),
        );
        load.current_dir(directory.path()).arg(name);
        let (ended, text) = printed(load).await;
        assert_eq!(ended, Some(code), "{text}");
        assert!(text.contains("items\\x1b[2J\\n✅.jsonl:1: "), "{text}");
        assert!(
            text.contains("in \\x1b[2J\\n✅  b, a set is empty"),
            "{text}"
        );
        let others = text
            .lines()
            .filter(|line| !line.starts_with("✅  0 items into table-"));
        assert_harmless(&others.collect::<Vec<_>>().join("\n"));
    }
    account.local.stop().await;
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn an_export_is_exact_in_a_pipe_and_escaped_on_a_terminal() {
    let account = Account::new().await;
    let endpoint = account.local.endpoint_url();
    let (code, text) = printed(command(&endpoint, "table deploy")).await;
    assert_eq!(code, Some(0), "{text}");
    let table = account.output("table", "TableName").await;
    let id = AttributeValue::S("a\u{1b}[2J\u{9b}2J".to_owned());
    let item = account.dynamodb.put_item().table_name(table);
    item.item("itemID", id).send().await.expect("it is written");
    let export = command(&endpoint, "table export - --format csv");
    let (_, shown) = printed(on_terminal(&export)).await;
    assert!(shown.contains("\na\\x1b[2J\\u{9b}2J,\r\n"), "{shown:?}");
    let (_, exact) = printed(export).await;
    assert!(exact.contains("\na\u{1b}[2J\u{9b}2J,\r\n"), "{exact:?}");
    account.local.stop().await;
}

/// A person types the answer and Enter. Returns the exit code, and all that the terminal showed.
#[cfg(target_os = "linux")]
async fn answered(mut command: Command, answer: &'static str) -> (Option<i32>, String) {
    use std::io::Write as _;
    use std::process::Stdio;
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let run = move || {
        let mut running = command.spawn().expect("it starts");
        // Open to the end: the end of the input is another answer.
        let mut keyboard = running.stdin.take().expect("a keyboard");
        writeln!(keyboard, "{answer}").expect("typed");
        let ended = running.wait_with_output().expect("it ends");
        drop(keyboard);
        ended
    };
    let ended = tokio::task::spawn_blocking(run).await.expect("it ends");
    let text = String::from_utf8(ended.stdout).expect("text");
    (ended.status.code(), text)
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn only_a_whole_yes_deletes() {
    let account = Account::new().await;
    let endpoint = account.local.endpoint_url();
    let (code, text) = printed(command(&endpoint, "table deploy")).await;
    assert_eq!(code, Some(0), "{text}");
    for answer in ["maybe", "yy", "n", ""] {
        let destroy = on_terminal(&command(&endpoint, "table destroy"));
        let (code, text) = answered(destroy, answer).await;
        assert!(text.contains("[y/N]"), "{answer}: {text}");
        assert!(text.contains("the answer was no"), "{answer}: {text}");
        assert_eq!(code, Some(1), "{answer}: {text}");
        assert!(account.stack("table").await.is_some(), "{answer}");
    }
    let destroy = on_terminal(&command(&endpoint, "table destroy"));
    let (code, text) = answered(destroy, "yes").await;
    assert_eq!(code, Some(0), "{text}");
    assert!(account.stack("table").await.is_none());
    account.local.stop().await;
}

#[tokio::test]
async fn the_output_of_the_local_aws_is_escaped() {
    for option in ["--pace", "--region", "--throttle"] {
        let mut wrong = binaries::local();
        wrong.args([option, "\u{1b}[2J\n✅  local"]);
        let (code, text) = printed(wrong).await;
        assert_eq!(code, Some(64), "{text}");
        assert!(text.contains("\\x1b[2J\\n✅  local"), "{text}");
        assert_harmless(&text);
    }
}
