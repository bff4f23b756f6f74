//! The page as a person sees it: a real Chromium against the finished architecture.

mod support;

use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use fantoccini::{Client, ClientBuilder, Locator};
use serde_json::json;
use support::{Account, free_port, until};

/// A chromedriver of its own for the test; it ends with the test.
struct Driver {
    process: Child,
    port: u16,
    _profile: tempfile::TempDir,
}

impl Drop for Driver {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

async fn browser() -> (Driver, Client) {
    let port = free_port();
    let process = Command::new("chromedriver")
        .arg(format!("--port={port}"))
        .stdout(Stdio::null())
        .spawn()
        .expect("chromedriver is on the path (Debian: chromium-driver)");
    let profile = tempfile::tempdir().expect("a profile directory");
    let flags = [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--window-size=1200,800",
    ];
    let mut arguments: Vec<String> = flags.map(str::to_owned).into();
    arguments.push(format!("--user-data-dir={}", profile.path().display()));
    let capabilities = json!({"goog:chromeOptions": {"args": arguments}});
    let capabilities = capabilities.as_object().expect("an object").clone();
    let driver = Driver {
        process,
        port,
        _profile: profile,
    };
    let client = until("chromedriver to answer", async || {
        let address = format!("http://127.0.0.1:{}", driver.port);
        ClientBuilder::new(hyper_util::client::legacy::connect::HttpConnector::new())
            .capabilities(capabilities.clone())
            .connect(&address)
            .await
            .ok()
    })
    .await;
    (driver, client)
}

/// Keeps a picture of the page in `target/screenshots`.
async fn screenshot(client: &Client, name: &str) {
    let directory = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("../screenshots");
    std::fs::create_dir_all(&directory).expect("a directory for screenshots");
    let png = client.screenshot().await.expect("a screenshot");
    std::fs::write(directory.join(format!("{name}.png")), png).expect("written");
}

#[tokio::test]
#[ignore = "needs Chromium and chromedriver (Debian: chromium chromium-driver)"]
async fn a_person_logs_in_clicks_scan_and_sees_the_items() {
    let account = Account::new().await;
    let demo = account.local.deploy().await.unwrap();
    let (_driver, client) = browser().await;

    client.goto(&demo.url).await.unwrap();
    assert!(
        !client.source().await.unwrap().contains("<button"),
        "nothing is shown without login"
    );

    let address = demo
        .url
        .replace("http://", &format!("http://{}@", demo.account));
    client.goto(&address).await.unwrap();
    screenshot(&client, "home").await;
    let scan = client
        .find(Locator::XPath("//button[normalize-space()='Scan']"))
        .await
        .unwrap();
    scan.click().await.unwrap();
    client
        .wait()
        .for_element(Locator::Css("table"))
        .await
        .unwrap();
    let text = client
        .find(Locator::Css("table"))
        .await
        .unwrap()
        .text()
        .await
        .unwrap();
    for number in 1..=3 {
        assert!(text.contains(&format!("object-key-demo{number}")), "{text}");
    }
    let headings = client.find_all(Locator::Css("th")).await.unwrap();
    assert_eq!(headings.len(), 2, "the columns itemID and time");
    screenshot(&client, "items").await;
    client.close().await.unwrap();
    account.local.stop().await;
}

#[tokio::test]
#[ignore = "needs Chromium and chromedriver (Debian: chromium chromium-driver)"]
async fn a_deployment_in_a_shell_is_seen_on_the_page_of_the_twin() {
    let options = local::Options {
        pace: 0.02,
        ..support::options()
    };
    let account = Account::with(&options).await;
    let deploy = support::binaries::command(&account.local.endpoint_url(), "vpc deploy --yes");
    let (_driver, client) = browser().await;
    client.goto(&account.local.endpoint_url()).await.unwrap();
    let nothing = client
        .wait()
        .for_element(Locator::Css("#stacks .empty"))
        .await
        .unwrap();
    assert!(
        nothing
            .text()
            .await
            .unwrap()
            .contains("No stack is deployed yet")
    );

    // Waited for without blocking: the twin runs on this thread as well.
    let mut shell = tokio::process::Command::from(deploy)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the binary runs");
    let card = |status: &str| format!("[data-stack=vpc][data-status={status}]");
    client
        .wait()
        .for_element(Locator::Css(&card("CREATE_IN_PROGRESS")))
        .await
        .unwrap();
    screenshot(&client, "twin-deploying").await;
    client
        .wait()
        .for_element(Locator::Css(&card("CREATE_COMPLETE")))
        .await
        .unwrap();
    assert!(shell.wait().await.unwrap().success());
    let parameters = client
        .find(Locator::Css("#parameters"))
        .await
        .unwrap()
        .text()
        .await
        .unwrap();
    assert!(
        parameters.contains("/go-on-aws/vpc/private-subnets"),
        "{parameters}"
    );

    account.local.deploy().await.unwrap();
    client
        .wait()
        .for_element(Locator::XPath(
            "//span[@class='good' and normalize-space()='healthy']",
        ))
        .await
        .unwrap();
    until("the whole picture", async || {
        let picture = client
            .find(Locator::Css("#picture"))
            .await
            .ok()?
            .text()
            .await
            .ok()?;
        let parts = [
            "VPC vpc-",
            "Load balancer",
            "Service",
            "1 of 1 task running",
            "3 items",
        ];
        parts
            .iter()
            .all(|part| picture.contains(part))
            .then_some(())
    })
    .await;
    let parameters = client
        .find(Locator::Css("#parameters"))
        .await
        .unwrap()
        .text()
        .await
        .unwrap();
    assert!(!parameters.contains("hugo2021"), "a secret is not shown");
    screenshot(&client, "twin").await;
    client.close().await.unwrap();
    account.local.stop().await;
}
