//! Settings in the environment that are empty or wrong, and a session that expires too early.

use std::io::PipeWriter;
use std::path::Path;
use std::process::Command;

use e2e::proxy::Proxy;
use e2e::{Account, binaries, command};

/// A command with its own home, and without any settings for AWS but these variables.
fn bare(mut command: Command, home: &Path, variables: &[(&str, &str)]) -> Command {
    for name in [
        "AWS_ENDPOINT_URL",
        "AWS_REGION",
        "AWS_DEFAULT_REGION",
        "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN",
        "AWS_PROFILE",
        "AWS_CONFIG_FILE",
        "AWS_SHARED_CREDENTIALS_FILE",
    ] {
        command.env_remove(name);
    }
    command
        .env("HOME", home)
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .envs(variables.iter().copied());
    command
}

/// Runs a program. Returns whether it succeeded, and all that it printed.
async fn run(command: Command) -> (bool, String) {
    let output = tokio::process::Command::from(command).output().await;
    let output = output.expect("the program runs");
    let printed = [&output.stdout, &output.stderr].map(|text| String::from_utf8_lossy(text));
    (output.status.success(), printed.concat())
}

/// Writes `~/.aws/config`. Returns the home.
fn home(config: &str) -> tempfile::TempDir {
    let home = tempfile::tempdir().unwrap();
    std::fs::create_dir(home.path().join(".aws")).unwrap();
    std::fs::write(home.path().join(".aws/config"), config).unwrap();
    home
}

const KEYS: [(&str, &str); 2] = [
    ("AWS_ACCESS_KEY_ID", "test"),
    ("AWS_SECRET_ACCESS_KEY", "test"),
];

#[tokio::test]
async fn an_empty_variable_counts_as_not_set() {
    let account = Account::new().await;
    let endpoint = account.local.endpoint_url();
    let config = format!("[default]\nregion = eu-central-1\nendpoint_url = {endpoint}\n");
    let home = home(&config);
    for variables in [
        vec![("AWS_REGION", "")],
        vec![("AWS_REGION", " "), ("AWS_DEFAULT_REGION", "eu-central-1")],
        vec![("AWS_REGION", ""), ("AWS_DEFAULT_REGION", "")],
        vec![("AWS_PROFILE", "")],
        vec![("AWS_ENDPOINT_URL", "")],
        vec![("AWS_ENDPOINT_URL_CLOUDFORMATION", "")],
        vec![("AWS_MAX_ATTEMPTS", ""), ("AWS_RETRY_MODE", "")],
        vec![
            ("AWS_PROFILE", ""),
            ("AWS_REGION", ""),
            ("AWS_ENDPOINT_URL", ""),
        ],
    ] {
        let all = [&KEYS[..], &variables].concat();
        let command = bare(command(&endpoint, "vpc status"), home.path(), &all);
        let (succeeded, text) = run(command).await;
        assert!(succeeded, "{variables:?}: {text}");
        assert!(text.contains("vpc does not exist"), "{variables:?}: {text}");
    }
    account.local.stop().await;
}

#[tokio::test]
async fn a_missing_region_is_reported_whether_the_variable_is_empty_or_missing() {
    let home = home("");
    for variables in [vec![], vec![("AWS_REGION", ""), ("AWS_DEFAULT_REGION", "")]] {
        let all = [&KEYS[..], &variables].concat();
        let (succeeded, text) = run(bare(command("", "vpc status"), home.path(), &all)).await;
        assert!(
            !succeeded && text.contains("no AWS region is set"),
            "{text}"
        );
    }
}

/// The deployer and the app, with the same variables.
fn programs(home: &Path, variables: &[(&str, &str)]) -> ([Command; 2], PipeWriter) {
    let mut app = binaries::local();
    app.arg("task").env("LISTEN_ADDR", "127.0.0.1:0");
    // The app ends when its standard input does.
    let (open_end, held) = std::io::pipe().unwrap();
    app.stdin(open_end);
    let both = [command("", "vpc status"), app];
    (both.map(|command| bare(command, home, variables)), held)
}

#[tokio::test]
async fn a_missing_profile_is_named_with_the_files_that_were_read() {
    let home = home("[default]\nregion = eu-central-1\n[profile work]\nregion = eu-west-1\n");
    let elsewhere = home.path().join("other");
    let elsewhere = elsewhere.to_str().unwrap();
    std::fs::write(elsewhere, "[default]\n").unwrap();
    let in_home = |name: &str| home.path().join(".aws").join(name).display().to_string();
    for (variables, files) in [
        (vec![], [in_home("config"), in_home("credentials")]),
        (
            vec![("AWS_SHARED_CREDENTIALS_FILE", elsewhere)],
            [in_home("config"), elsewhere.to_owned()],
        ),
        (
            vec![("AWS_REGION", "eu-central-1")],
            [in_home("config"), in_home("credentials")],
        ),
    ] {
        let all = [&[("AWS_PROFILE", "wrok")][..], &variables].concat();
        let (programs, _held) = programs(home.path(), &all);
        for command in programs {
            let (succeeded, text) = run(command).await;
            assert!(!succeeded, "{text}");
            for part in [&files[0], &files[1], "wrok", "default, work", "AWS_PROFILE"] {
                assert!(text.contains(part), "{part} is missing: {text}");
            }
        }
    }
}

#[tokio::test]
async fn an_invalid_setting_is_named() {
    let good = home("[default]\nregion = eu-central-1\n");
    let broken = home("[default]\nregion = eu-central-1\nnonsense\n");
    let setup = broken.path().join(".aws/config").display().to_string();
    for (home, variable, parts) in [
        (
            &good,
            ("AWS_ENDPOINT_URL", "127.0.0.1:4566"),
            ["AWS_ENDPOINT_URL", "http://"],
        ),
        (
            &good,
            ("AWS_ENDPOINT_URL_CLOUDFORMATION", "a b"),
            ["AWS_ENDPOINT_URL_CLOUDFORMATION", "http://"],
        ),
        (
            &good,
            ("AWS_REGION", "eu central 1"),
            ["AWS_REGION", "eu central 1"],
        ),
        (
            &good,
            ("AWS_MAX_ATTEMPTS", "many"),
            ["AWS_MAX_ATTEMPTS", "many"],
        ),
        (
            &good,
            ("AWS_RETRY_MODE", "fast"),
            ["AWS_RETRY_MODE", "standard"],
        ),
        (
            &broken,
            ("AWS_ENDPOINT_URL", "http://127.0.0.1:1"),
            [&setup, "line 3"],
        ),
    ] {
        let all = [&KEYS[..], &[variable]].concat();
        let (programs, _held) = programs(home.path(), &all);
        for command in programs {
            let (succeeded, text) = run(command).await;
            assert!(!succeeded, "{text}");
            for part in parts {
                assert!(text.contains(part), "{part} is missing: {text}");
            }
            assert!(!text.contains("panicked"), "{text}");
        }
    }
}

#[tokio::test]
async fn a_session_that_expires_leaves_the_deployment_running_and_says_so() {
    let account = Account::new().await;
    let proxy = Proxy::new(account.local.endpoint_url()).await;
    proxy.expire_after("ExecuteChangeSet");
    let (succeeded, text) = run(command(&proxy.url, "table deploy --yes")).await;
    assert!(!succeeded, "{text}");
    let said = text.lines().last().unwrap();
    for part in [
        "ExpiredToken",
        "log in again",
        "CloudFormation goes on",
        "task follow-table",
    ] {
        assert!(said.contains(part), "{part} is missing: {text}");
    }
    assert_eq!(account.settled("table").await, "CREATE_COMPLETE");

    let proxy = Proxy::new(account.local.endpoint_url()).await;
    proxy.expire_after("DeleteStack");
    let (succeeded, text) = run(command(&proxy.url, "table destroy --yes")).await;
    assert!(!succeeded && text.contains("task follow-table"), "{text}");
    account.local.stop().await;
}
