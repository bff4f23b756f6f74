//! `container credentials`: who may log in.

use std::io::Write as _;
use std::net::{IpAddr, Ipv4Addr};
use std::process::{Output, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use aws_sdk_ssm::types::{ParameterTier, ParameterType};
use e2e::http::get_as;
use e2e::{Account, command, options, until};
use serde_json::{Value, json};
use tokio::task::{JoinHandle, JoinSet};

use crate::commands::succeeds;

const PARAMETER: &str = "/go-on-aws/credentials";

async fn put(account: &Account, text: &str) {
    let put = account.ssm.put_parameter().name(PARAMETER).value(text);
    let put = put.r#type(ParameterType::SecureString).overwrite(true);
    put.send().await.expect("it is written");
}

/// The entries of the parameter.
async fn entries(account: &Account) -> Vec<String> {
    let found = account.ssm.get_parameter().name(PARAMETER);
    let found = found.with_decryption(true).send().await.expect("read");
    let parameter = found.parameter.expect("a parameter");
    let text = parameter.value.expect("a value");
    text.split_whitespace().map(str::to_owned).collect()
}

/// What a command has printed.
struct Ran {
    succeeded: bool,
    out: String,
    err: String,
}

/// Runs `container credentials …` with this standard input.
async fn run(account: &Account, line: &str, input: &str) -> Ran {
    let line = format!("container credentials {line}");
    let mut command = command(&account.local.endpoint_url(), &line);
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let input = input.to_owned();
    let ran = tokio::task::spawn_blocking(move || {
        let mut child = command.spawn().expect("it runs");
        // A command that fails before may not read it.
        let _ = child
            .stdin
            .take()
            .expect("its input")
            .write_all(input.as_bytes());
        child.wait_with_output().expect("it ends")
    });
    let Output {
        status,
        stdout,
        stderr,
    } = ran.await.expect("it ends");
    Ran {
        succeeded: status.success(),
        out: String::from_utf8(stdout).expect("text"),
        err: String::from_utf8(stderr).expect("text"),
    }
}

/// Runs a command that succeeds. Returns its standard output.
async fn done(account: &Account, line: &str, input: &str) -> String {
    let Ran {
        succeeded,
        out,
        err,
    } = run(account, line, input).await;
    assert!(succeeded, "{line}: {err}");
    assert!(!err.contains("hidden"), "{line}: {err}");
    out
}

/// Runs a command that fails with this sentence, and shows no password.
async fn refused(account: &Account, line: &str, input: &str, sentence: &str) {
    let Ran {
        succeeded,
        out,
        err,
    } = run(account, line, input).await;
    assert!(!succeeded && err.contains(sentence), "{line}: {err}");
    assert_eq!(
        (out.as_str(), err.lines().count()),
        ("", 1),
        "{line}: {err}"
    );
    assert!(!err.contains("hidden"), "{line}: {err}");
}

#[tokio::test]
async fn users_are_shown_set_rotated_and_removed() {
    let account = Account::new().await;
    put(&account, "go-on-aws:hidden-1").await;
    let shown = done(&account, "show", "").await;
    assert_eq!(
        shown,
        "user       role      passwords\ngo-on-aws  exporter  1\n"
    );
    let sentence = "passwords are shown on a terminal only: pass --pipe";
    refused(&account, "show --passwords", "", sentence).await;
    let shown = done(&account, "show --passwords --pipe --json", "").await;
    let shown: Value = serde_json::from_str(&shown).expect("JSON");
    let expected = json!([{ "user": "go-on-aws", "role": "exporter", "passwords": ["hidden-1"] }]);
    assert_eq!(shown, expected);

    // A password that could not be shown is not written.
    refused(&account, "set --user anna", "", sentence).await;
    refused(&account, "rotate", "", sentence).await;
    assert_eq!(entries(&account).await, ["go-on-aws:hidden-1"]);
    assert_eq!(
        done(&account, "set --user anna --password-stdin", "hidden-2\n").await,
        ""
    );
    let random = done(&account, "set --user berta --role exporter --pipe", "").await;
    let random = random.trim();
    assert_eq!(random.len(), 24, "{random}");
    let berta = format!("exporter/berta:{random}");
    let expected = ["go-on-aws:hidden-1", "viewer/anna:hidden-2", &berta];
    assert_eq!(entries(&account).await, expected);

    // A role alone changes no password, and a password alone no role.
    done(&account, "set --user berta --role viewer", "").await;
    done(&account, "set --user anna --password-stdin", "hidden-3").await;
    let berta = format!("viewer/berta:{random}");
    let expected = ["go-on-aws:hidden-1", "viewer/anna:hidden-3", &berta];
    assert_eq!(entries(&account).await, expected);

    refused(
        &account,
        "rotate --pipe",
        "",
        "there are several users (go-on-aws, anna, berta)",
    )
    .await;
    done(
        &account,
        "rotate --user anna --password-stdin --no-wait",
        "hidden-4",
    )
    .await;
    let shown = done(&account, "show", "").await;
    assert!(shown.contains("anna       viewer    2\n"), "{shown}");
    let again = "rotate --user anna --password-stdin --no-wait";
    refused(
        &account,
        again,
        "hidden-5",
        "anna has two passwords already",
    )
    .await;
    // It is the only one with two.
    done(&account, "rotate --finish --no-wait", "").await;
    let expected = ["go-on-aws:hidden-1", "viewer/anna:hidden-4", &berta];
    assert_eq!(entries(&account).await, expected);
    refused(
        &account,
        "rotate --user anna --finish",
        "",
        "anna has one password only",
    )
    .await;

    refused(
        &account,
        "remove --user anna",
        "",
        "there is no terminal to ask on",
    )
    .await;
    for user in ["anna", "berta"] {
        done(&account, &format!("remove --user {user} --yes"), "").await;
    }
    refused(
        &account,
        "remove --user go-on-aws --yes",
        "",
        "go-on-aws is the last user",
    )
    .await;
    assert_eq!(entries(&account).await, ["go-on-aws:hidden-1"]);
    account.local.stop().await;
}

#[tokio::test]
async fn each_mistake_is_one_sentence_without_a_password() {
    let account = Account::new().await;
    let set = "set --user anna --password-stdin";
    for line in ["show", set, "rotate --pipe", "remove --user anna --yes"] {
        let sentence = "there are no accounts, because the parameter /go-on-aws/credentials does not \
                        exist: run `task deploy-container`";
        refused(&account, line, "hidden", sentence).await;
    }
    let elsewhere = "/go-on-aws/staging/credentials does not exist: run `task deploy-container -- --env staging`";
    refused(&account, "show --env staging", "", elsewhere).await;
    put(&account, "anna:hidden hidden").await;
    for line in ["show", set, "rotate --pipe"] {
        let sentence = "is no list of accounts, since entry 2 is not of the form user:password";
        refused(&account, line, "hidden", sentence).await;
    }
    put(&account, "anna:hidden").await;
    for (line, input, sentence) in [
        (set, "", "this cannot be a password"),
        (set, "hidden word", "this cannot be a password"),
        (
            "set --user a/b --password-stdin",
            "hidden",
            "a/b cannot be the name of a user",
        ),
        (
            "rotate --user berta --pipe",
            "",
            "there is no user berta: the users are anna",
        ),
        ("remove --user berta --yes", "", "there is no user berta"),
        (
            "rotate --password-stdin",
            "hidden",
            "anna has this password already",
        ),
    ] {
        refused(&account, line, input, sentence).await;
    }
    let many: Vec<_> = (0..120)
        .map(|number| format!("user-{number}:hidden-{number:019}"))
        .collect();
    put(&account, &many[..116].join(" ")).await;
    let sentence = "bytes, and the parameter /go-on-aws/credentials has room for 4096";
    refused(&account, set, "hidden-password-word", sentence).await;
    account.local.stop().await;
}

#[tokio::test]
async fn who_may_not_read_or_write_the_accounts_is_told_what_to_allow() {
    let directory = tempfile::tempdir().expect("a directory");
    let mut options = options();
    options.data = Some(directory.path().join("owner"));
    let owner = Account::with(&options).await;
    put(&owner, "anna:hidden-1").await;
    let state = directory.path().join("owner/state.json");
    until("the accounts to be saved", async || {
        let saved = std::fs::read_to_string(&state).ok()?;
        saved.contains("anna:hidden-1").then_some(())
    })
    .await;
    owner.local.stop().await;
    let set = "set --user anna --password-stdin";
    let actions = [
        "cloudformation:DescribeStacks",
        "kms:*",
        "ssm:DescribeParameters",
        "ssm:GetParameter",
    ];
    for (allowed, line, sentence) in [
        (
            2,
            "show",
            "allow ssm:GetParameter on the parameter /go-on-aws/credentials",
        ),
        (2, set, "allow ssm:DescribeParameters on the parameter"),
        (4, set, "allow ssm:PutParameter on the parameter"),
    ] {
        let data = directory.path().join(sentence.replace('/', "-"));
        let policy = data.with_extension("json");
        std::fs::create_dir(&data).expect("a directory");
        std::fs::copy(&state, data.join("state.json")).expect("copied");
        let statement =
            json!({ "Effect": "Allow", "Action": &actions[..allowed], "Resource": "*" });
        let document = json!({ "Version": "2012-10-17", "Statement": [statement] });
        std::fs::write(&policy, document.to_string()).expect("written");
        (options.caller_policy, options.data) = (Some(policy), Some(data));
        let account = Account::with(&options).await;
        refused(&account, line, "hidden-2", sentence).await;
        account.local.stop().await;
    }
}

#[tokio::test]
async fn the_key_the_tier_and_the_description_stay() {
    let account = Account::new().await;
    let put = account
        .ssm
        .put_parameter()
        .name(PARAMETER)
        .value("anna:hidden");
    let put = put
        .r#type(ParameterType::SecureString)
        .tier(ParameterTier::Advanced);
    let put = put
        .description("Ours")
        .key_id("alias/aws/ssm")
        .allowed_pattern("^[^!]*$");
    put.send().await.expect("it is written");
    // Six kilobytes are too many for a standard parameter.
    for number in 0..24 {
        let line = format!("set --user user-{number} --password-stdin");
        done(&account, &line, &"x".repeat(230)).await;
    }
    let described = account
        .ssm
        .describe_parameters()
        .send()
        .await
        .expect("described");
    let facts = &described.parameters()[0];
    assert_eq!(facts.tier(), Some(&ParameterTier::Advanced));
    assert_eq!(facts.description(), Some("Ours"));
    assert_eq!(facts.key_id(), Some("alias/aws/ssm"));
    assert_eq!(facts.allowed_pattern(), Some("^[^!]*$"));
    assert_eq!(entries(&account).await.len(), 25);
    // AWS may say what it refuses.
    let refusal = "set --user anna --password-stdin";
    let ran = run(&account, refusal, "hidden!").await;
    assert!(
        !ran.succeeded && !ran.err.contains("hidden!"),
        "{}",
        ran.err
    );
    account.local.stop().await;
}

#[tokio::test]
async fn changes_at_the_same_moment_are_all_there() {
    let account = Arc::new(Account::new().await);
    put(&account, "anna:hidden berta:hidden").await;
    let mut commands = JoinSet::new();
    for (line, input) in [
        ("set --user carla --password-stdin", "c"),
        ("set --user dora --role exporter --password-stdin", "d"),
        ("set --user anna --role viewer", ""),
        ("rotate --user berta --password-stdin --no-wait", "new"),
        ("set --user erna --password-stdin", "e"),
    ] {
        let account = Arc::clone(&account);
        commands.spawn(async move { done(&account, line, input).await });
    }
    commands.join_all().await;
    let mut entries = entries(&account).await;
    entries.sort();
    let expected = [
        "berta:hidden",
        "berta:new",
        "exporter/dora:d",
        "viewer/anna:hidden",
        "viewer/carla:c",
        "viewer/erna:e",
    ];
    assert_eq!(entries, expected);
    let account = Arc::into_inner(account).expect("nobody else has it");
    account.local.stop().await;
}

/// How often a page is tried with a password until it is live. Each try is from another address, since one
/// address has few.
const AGAIN: Duration = Duration::from_millis(250);

/// Waits until a password is right, or is no longer, at every task. Returns how long that took.
async fn until_answered(base: &str, login: (&str, &str), expected: u16) -> Duration {
    let (started, mut again) = (Instant::now(), tokio::time::interval(AGAIN));
    let mut in_a_row = 0;
    for number in 1..=60 {
        again.tick().await;
        let address = IpAddr::V4(Ipv4Addr::new(127, 0, expected.to_be_bytes()[1], number));
        let client = reqwest::Client::builder().local_address(address);
        let request = client.build().expect("a client").get(base);
        let answer = request.basic_auth(login.0, Some(login.1)).send().await;
        let is_expected = answer.is_ok_and(|answer| answer.status() == expected);
        in_a_row = if is_expected { in_a_row + 1 } else { 0 };
        if in_a_row == 4 {
            return started.elapsed();
        }
    }
    panic!("it is not answered with {expected}");
}

/// Clients that load a page with a login again and again.
struct Load {
    stop: Arc<AtomicBool>,
    clients: Vec<JoinHandle<(usize, Vec<u16>)>>,
}

impl Load {
    fn start(base: &str, user: &str, password: &str) -> Self {
        let stop = Arc::new(AtomicBool::new(false));
        let client = || {
            let (base, login) = (base.to_owned(), format!("{user}:{password}"));
            let stop = Arc::clone(&stop);
            tokio::spawn(async move {
                let (mut requests, mut failed) = (0, Vec::new());
                while !stop.load(Ordering::Relaxed) {
                    let answer = get_as(&base, "/table", &login).await;
                    requests += 1;
                    if answer.status != 200 {
                        failed.push(answer.status);
                    }
                }
                (requests, failed)
            })
        };
        let clients = (0..4).map(|_| client()).collect();
        Self { stop, clients }
    }

    async fn ends_without_a_failed_request(self) -> usize {
        self.stop.store(true, Ordering::Relaxed);
        let mut all = 0;
        for client in self.clients {
            let (requests, failed) = client.await.expect("it ends");
            assert!(failed.is_empty() && requests > 0, "{requests}: {failed:?}");
            all += requests;
        }
        all
    }
}

/// The app reads the accounts again every two seconds here, and else every minute.
#[tokio::test(flavor = "multi_thread")]
async fn a_rotation_under_load_is_live_without_a_failed_request() {
    let account = Account::new().await;
    succeeds(&account, "vpc deploy").await;
    succeeds(&account, "table deploy").await;
    put(&account, "anna:old").await;
    let prefix = "            - {Name: PARAMETER_PREFIX, Value: !Ref ParameterPrefix}\n";
    let age = "            - {Name: PARAMETER_AGE, Value: '2'}\n";
    let template = container::STACK
        .template
        .replace(prefix, &format!("{prefix}{age}"));
    assert!(template.contains(age), "the template has changed");
    let image = [("Image", "local/showtable")];
    assert_eq!(
        account.deploy("container", &template, &image).await,
        "CREATE_COMPLETE"
    );
    let base = account.output("container", "ServiceURL").await;

    let old = Load::start(&base, "anna", "old");
    let new = done(&account, "rotate --no-wait --pipe", "").await;
    let new = new.trim();
    let live = until_answered(&base, ("anna", new), 200).await;
    let both = Load::start(&base, "anna", new);
    until_answered(&base, ("anna", "old"), 200).await;
    let requests = old.ends_without_a_failed_request().await;
    done(&account, "rotate --finish --no-wait", "").await;
    let ended = until_answered(&base, ("anna", "old"), 401).await;
    let requests = requests + both.ends_without_a_failed_request().await;
    println!("live after {live:.1?}, the old one ended after {ended:.1?}, {requests} requests");
    account.local.stop().await;
}
