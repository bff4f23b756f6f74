//! The real chain of credentials, in a process of its own.

use std::process::Stdio;
use std::time::{Duration, Instant, SystemTime};

use aws_sdk_dynamodb::primitives::{DateTime, DateTimeFormat};
use serde_json::json;
use tokio::process::{Child, Command};
use tokio::task::JoinSet;

use super::{AGAIN, FAULTS, SLACK, page_time, recovered, report, show};
use crate::process::{drain, log_line, log_of};
use crate::support::{Behind, CREDENTIALS, Client, Door, Stub, TABLE, Trouble};

/// The stub refuses credentials with this key.
const EXPIRED: Trouble = Trouble::Says(
    200,
    r#"{"Code":"Success","AccessKeyId":"EXPIRED","SecretAccessKey":"a","Token":"a","Expiration":"2020-01-01T00:00:00Z"}"#,
);
/// How long credentials are good.
const LIFE: Duration = Duration::from_secs(5);
const CANNOT: &str = "This service cannot get its AWS credentials at the moment";

/// The credentials, which expire so soon that every call asks for them. The app uses the last ones until
/// then.
fn credentials(_: &str) -> String {
    let soon = DateTime::from(SystemTime::now() + LIFE);
    let soon = soon.fmt(DateTimeFormat::DateTime).unwrap();
    json!({ "Code": "Success", "AccessKeyId": "test", "SecretAccessKey": "a", "Token": "a", "Expiration": soon })
        .to_string()
}

/// What IMDS answers to the first line of a request.
fn imds(line: &str) -> String {
    if line.contains("/latest/api/token") {
        "token".to_owned()
    } else if line.contains("/role ") {
        credentials(line)
    } else {
        "role".to_owned()
    }
}

struct Running {
    client: Client,
    _process: Child,
    stub: Stub,
}

async fn start(door: &Door, variable: &str, path: &str) -> Running {
    let stub = Stub::start().await;
    stub.set_parameter(CREDENTIALS, "anna:secret");
    stub.set_parameter(TABLE, "books");
    stub.set_table("books", [json!({ "itemID": { "S": "one" } })]);
    let mut process = Command::new(env!("CARGO_BIN_EXE_showtable"))
        .env_clear()
        .env("AWS_ENDPOINT_URL", stub.endpoint())
        .env("AWS_REGION", "eu-central-1")
        .env(variable, door.endpoint() + path)
        .env("ACCOUNTS", "anna:secret")
        .env("PAGE_TIME", page_time().as_secs().to_string())
        .env("LISTEN_ADDR", "127.0.0.1:0")
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut log = log_of(&mut process);
    let address = log_line(&mut log, "listening").await["address"].clone();
    drain(log);
    let address = address.as_str().unwrap().parse().unwrap();
    Running {
        client: Client::new(address).login("anna", "secret"),
        _process: process,
        stub,
    }
}

async fn cell(
    name: &'static str,
    behind: fn(&str) -> String,
    variable: &str,
    (fault, trouble): (&str, Trouble),
    is_later: bool,
) {
    let when = if is_later { "later" } else { "at the start" };
    let cell = &format!("{name}, {fault}, {when}");
    let door = Door::start(Behind::Text(behind)).await;
    let path = if name == "IMDS" { "" } else { "/credentials" };
    if !is_later {
        door.set(trouble).await;
    }
    let app = start(&door, variable, path).await;
    if is_later {
        recovered(cell, &app.client, "/query", "one").await;
        door.set(trouble).await;
    }
    let mut shown = show(&app.client, "/query").await;
    let mut again = tokio::time::interval(AGAIN);
    let until = Instant::now() + LIFE + SLACK;
    while is_later && shown.status == 200 && Instant::now() < until {
        again.tick().await;
        // The last credentials are still good, and the app has asked for others in vain.
        shown.assert_in_time(cell);
        shown = show(&app.client, "/query").await;
    }
    match (name, fault) {
        (_, "expired token") => {
            shown.assert_fails(cell, 502, "AWS does not accept the credentials");
        }
        // The SDK prolongs what IMDS gave once, while IMDS cannot be read.
        ("IMDS", _) if is_later && shown.status == 200 => shown.assert_in_time(cell),
        // Two calls may wait for the credentials one after the other.
        (_, "hang" | "slow drip") if shown.status == 504 => {
            shown.assert_fails(cell, 504, "AWS did not answer in time about the");
        }
        // Without an answer, the SDK takes it that there is no IMDS.
        ("IMDS", _) => {
            let none = "no AWS region or no credentials";
            let sentence = if shown.body.contains(none) {
                none
            } else {
                CANNOT
            };
            shown.assert_fails(cell, 502, sentence);
        }
        _ => shown.assert_fails(cell, 502, CANNOT),
    }
    if (name, fault) == ("IMDS", "expired token") {
        // The SDK takes such credentials as good for now, and the app asks again after five minutes.
        return;
    }
    door.set(Trouble::Well).await;
    let recovery = recovered(cell, &app.client, "/query", "one").await;
    report(cell, &shown, recovery);
    assert!(app.stub.calls("Scan") > 0, "{cell}");
}

#[tokio::test(flavor = "multi_thread")]
async fn while_the_credentials_cannot_be_read_the_page_says_so_and_recovers() {
    let sources = [
        (
            "credentials endpoint",
            credentials as fn(&str) -> String,
            "AWS_CONTAINER_CREDENTIALS_FULL_URI",
        ),
        (
            "IMDS",
            imds as fn(&str) -> String,
            "AWS_EC2_METADATA_SERVICE_ENDPOINT",
        ),
    ];
    for (name, behind, variable) in sources {
        let mut cells = JoinSet::new();
        for (fault, trouble) in FAULTS {
            let trouble = if fault == "expired token" {
                EXPIRED
            } else {
                trouble
            };
            for is_later in [false, true] {
                cells.spawn(cell(name, behind, variable, (fault, trouble), is_later));
            }
        }
        cells.join_all().await;
    }
}
