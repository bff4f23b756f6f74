//! The pages of the deployed architecture.

use std::process::Stdio;

use e2e::{Account, until};
use fantoccini::Locator;

use crate::chrome::Chrome;

#[tokio::test]
#[ignore = "needs Chromium and chromedriver (Debian: chromium chromium-driver)"]
async fn a_person_logs_in_clicks_scan_and_sees_the_items() {
    let account = Account::new().await;
    let demo = account.local.deploy().await.unwrap();
    let chrome = Chrome::start().await;
    let client = &chrome.client;

    client.goto(&demo.url).await.unwrap();
    assert!(
        !client.source().await.unwrap().contains("<button"),
        "nothing is shown without login"
    );

    let address = demo
        .url
        .replace("http://", &format!("http://{}@", demo.login));
    client.goto(&address).await.unwrap();
    chrome.screenshot("home").await;
    let scan = client
        .find(Locator::XPath("//button[normalize-space()='Scan']"))
        .await
        .unwrap();
    chrome.leave(async || scan.click().await.unwrap()).await;
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
    chrome.screenshot("items").await;
    chrome.close().await;
    account.local.stop().await;
}

#[tokio::test]
#[ignore = "needs Chromium and chromedriver (Debian: chromium chromium-driver)"]
async fn a_deployment_in_a_shell_is_seen_on_the_page_of_the_local_aws() {
    let options = local::Options {
        pace: 0.02,
        ..e2e::options()
    };
    let account = Account::with(&options).await;
    let deploy = e2e::command(&account.local.endpoint_url(), "vpc deploy --yes");
    let chrome = Chrome::start().await;
    let client = &chrome.client;
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

    // Wait without blocking: the local AWS runs on this thread, too.
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
    chrome.screenshot("local-deploying").await;
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
    chrome.screenshot("local").await;
    chrome.close().await;
    account.local.stop().await;
}
