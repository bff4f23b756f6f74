//! The binary itself.

use std::process::Stdio;
use std::time::Duration;

use axum::http::StatusCode;
use serde_json::Value;
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::net::TcpStream;
use tokio::process::{Child, ChildStdout, Command};

use crate::support::{Client, Fault, Stub};

/// How long a process may take on a busy machine.
const TIMEOUT: Duration = Duration::from_mins(1);

/// Reads the rest of the log: a process whose log is not read would wait for its reader.
pub(crate) fn drain(mut log: Lines<BufReader<ChildStdout>>) {
    tokio::spawn(async move { while let Ok(Some(_)) = log.next_line().await {} });
}

/// A command that runs the binary in front of the stub.
pub(crate) fn showtable(stub: &Stub) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_showtable"));
    command
        .env_clear()
        .env("AWS_ENDPOINT_URL", stub.endpoint())
        .env("AWS_REGION", "eu-central-1")
        .env("AWS_ACCESS_KEY_ID", "test")
        .env("AWS_SECRET_ACCESS_KEY", "test")
        .env("LISTEN_ADDR", "127.0.0.1:0")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    command
}

/// The next log line with this message.
pub(crate) async fn log_line(lines: &mut Lines<BufReader<ChildStdout>>, message: &str) -> Value {
    let find = async {
        loop {
            let line = lines.next_line().await.unwrap().expect("the log ended");
            let line: Value = serde_json::from_str(&line).unwrap();
            if line["message"] == message {
                return line;
            }
        }
    };
    tokio::time::timeout(TIMEOUT, find).await.unwrap()
}

pub(crate) fn log_of(child: &mut Child) -> Lines<BufReader<ChildStdout>> {
    BufReader::new(child.stdout.take().unwrap()).lines()
}

async fn terminate(child: &Child) {
    let pid = child.id().unwrap().to_string();
    assert!(
        Command::new("kill")
            .args(["-TERM", &pid])
            .status()
            .await
            .unwrap()
            .success()
    );
}

#[tokio::test]
async fn without_an_account_it_exits_with_one_sentence() {
    let stub = Stub::start().await;
    let output = showtable(&stub).output().await.unwrap();
    assert_eq!(output.status.code(), Some(1));
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(
        stderr,
        "error: there is no account to log in with: create the SecureString parameter \
         /go-on-aws/credentials with user:password in it, or set ACCOUNTS\n"
    );
}

#[tokio::test]
async fn a_taken_port_is_one_sentence() {
    let stub = Stub::start().await;
    let taken = stub.endpoint().replace("http://", "");
    let mut command = showtable(&stub);
    command
        .env("ACCOUNTS", "anna:secret")
        .env("LISTEN_ADDR", &taken);
    let output = command.output().await.unwrap();
    assert_eq!(output.status.code(), Some(1));
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(
        stderr.starts_with(&format!("error: cannot listen on {taken}, choose another")),
        "{stderr}"
    );
}

#[tokio::test]
async fn the_log_names_the_user_of_each_request_and_no_password() {
    let stub = Stub::start().await;
    let accounts = "viewer/an\u{7}n\u{9b}a:secret-word";
    let mut child = showtable(&stub).env("ACCOUNTS", accounts).spawn().unwrap();
    let mut log = log_of(&mut child);
    let address = log_line(&mut log, "listening").await["address"].clone();
    let client = Client::new(address.as_str().unwrap().parse().unwrap());
    let anna = client.clone().login("an\u{7}n\u{9b}a", "secret-word");
    let stranger = client.login("secret-word", "guess");
    for (client, path, status, user) in [
        (&anna, "/", 200, r"an\u{7}n\u{9b}a"),
        (&anna, "/query?limit=all", 403, r"an\u{7}n\u{9b}a"),
        (&anna, "/unknown", 404, r"an\u{7}n\u{9b}a"),
        (&stranger, "/", 401, ""),
    ] {
        client.get(path).await;
        let line = log_line(&mut log, "answered").await;
        assert_eq!(line["status"], status, "{line}");
        assert_eq!(line["user"].as_str().unwrap_or_default(), user, "{line}");
        assert!(!line.to_string().contains("secret-word"), "{line}");
    }
}

#[tokio::test]
async fn sigterm_finishes_what_has_begun() {
    let stub = Stub::start().await;
    stub.set_table("books", []);
    stub.set_fault("Scan", Fault::Held);
    let mut command = showtable(&stub);
    command
        .env("ACCOUNTS", "anna:secret")
        .env("TABLE_NAME", "books");
    let mut child = command.spawn().unwrap();
    let mut log = log_of(&mut child);
    let address = log_line(&mut log, "listening").await["address"]
        .as_str()
        .unwrap()
        .parse()
        .unwrap();
    let anna = Client::new(address)
        .login("anna", "secret")
        .header("x-request-id", "last");
    let request = tokio::spawn(async move { anna.get("/query").await });
    stub.wait_until_held().await;
    terminate(&child).await;
    log_line(&mut log, "draining").await;
    while TcpStream::connect(address).await.is_ok() {
        tokio::task::yield_now().await;
    }
    stub.release();
    assert_eq!(request.await.unwrap().status, StatusCode::OK);
    let line = log_line(&mut log, "answered").await;
    assert_eq!(
        (&line["span"]["request_id"], &line["status"]),
        (&"last".into(), &200.into())
    );
    assert_eq!(line["user"], "anna");
    let status = tokio::time::timeout(TIMEOUT, child.wait())
        .await
        .unwrap()
        .unwrap();
    assert_eq!(status.code(), Some(0));
}

#[tokio::test]
async fn help_names_every_variable_and_no_secret() {
    let stub = Stub::start().await;
    let output = showtable(&stub)
        .arg("--help")
        .env("ACCOUNTS", "anna:hidden")
        .output()
        .await
        .unwrap();
    assert_eq!(output.status.code(), Some(0));
    let help = String::from_utf8(output.stdout).unwrap();
    for variable in [
        "LISTEN_ADDR",
        "PARAMETER_PREFIX",
        "TABLE_NAME",
        "ACCOUNTS",
        "PARAMETER_AGE",
        "PAGE_TIME",
        "STATIC_DIR",
    ] {
        assert!(help.contains(variable), "{variable} is not in {help}");
    }
    assert!(!help.contains("hidden"), "{help}");
}

#[tokio::test]
async fn without_region_or_credentials_it_says_so() {
    let stub = Stub::start().await;
    for variable in ["AWS_REGION", "AWS_ACCESS_KEY_ID"] {
        let mut command = showtable(&stub);
        command.env_remove(variable).env_remove("AWS_ENDPOINT_URL");
        let output = command
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .output()
            .await
            .unwrap();
        assert_eq!(output.status.code(), Some(1), "{variable}");
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert!(
            stderr.starts_with("error: This service has no AWS region or no credentials"),
            "{stderr}"
        );
        assert_eq!(stderr.lines().count(), 1, "{stderr}");
    }
}

#[tokio::test]
async fn while_ssm_is_away_at_the_start_it_waits_and_then_serves() {
    let stub = Stub::start().await;
    stub.set_parameter("/go-on-aws/credentials", "anna:secret");
    stub.set_fault("GetParameter", Fault::Error(500, "InternalServerError"));
    let mut child = showtable(&stub).spawn().unwrap();
    let mut log = log_of(&mut child);
    let address = log_line(&mut log, "listening").await["address"].clone();
    let address = address.as_str().unwrap().parse().unwrap();
    log_line(&mut log, "the accounts cannot be read yet").await;
    drain(log);
    let anna = Client::new(address).login("anna", "secret");
    assert_eq!(anna.get("/ping").await.status, StatusCode::OK);
    let page = anna.get("/").await;
    assert_eq!(page.status, StatusCode::BAD_GATEWAY, "{}", page.body);
    stub.clear_fault("GetParameter");
    while anna.get("/").await.status != StatusCode::OK {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn an_idle_service_reads_its_accounts_again() {
    let stub = Stub::start().await;
    stub.set_parameter("/go-on-aws/credentials", "anna:secret");
    let mut command = showtable(&stub);
    let mut child = command.env("PARAMETER_AGE", "1").spawn().unwrap();
    let mut log = log_of(&mut child);
    let address = log_line(&mut log, "listening").await["address"].clone();
    let address = address.as_str().unwrap().parse().unwrap();
    let read = "GetParameter /go-on-aws/credentials";
    while stub.calls(read) == 0 {
        tokio::task::yield_now().await;
    }
    stub.set_parameter("/go-on-aws/credentials", "anna:changed");
    let before = stub.calls(read);
    // The next attempt may have begun before the change; the one after it has not.
    while stub.calls(read) < before + 3 {
        tokio::task::yield_now().await;
    }
    let old = Client::new(address).login("anna", "secret").get("/").await;
    assert_eq!(old.status, StatusCode::UNAUTHORIZED);
    let new = Client::new(address).login("anna", "changed").get("/").await;
    assert_eq!(new.status, StatusCode::OK);
}
