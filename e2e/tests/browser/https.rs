//! The page over HTTPS, with a certificate of the local AWS's own authority.

use std::process::Command;

use e2e::Account;
use e2e::shell::run;
use fantoccini::Locator;

use crate::chrome::Chrome;

const DOMAIN: &str = "app.example.test";

const ZONE: &str =
    "Resources: {Zone: {Type: 'AWS::Route53::HostedZone', Properties: {Name: example.test}}}";

/// Deploys the architecture with a domain. Returns the port of the load balancer on this machine.
async fn deploy(account: &Account) -> String {
    assert_eq!(account.deploy("zone", ZONE, &[]).await, "CREATE_COMPLETE");
    for line in [
        "vpc deploy",
        "table deploy",
        &format!("container deploy --image local/showtable --domain {DOMAIN}"),
    ] {
        let (endpoint, line) = (account.local.endpoint_url(), line.to_owned());
        let ran = tokio::task::spawn_blocking(move || run(&endpoint, &line));
        ran.await.unwrap();
    }
    let address = account.output("container", "LoadBalancerDNS").await;
    address.rsplit_once(':').unwrap().1.to_owned()
}

async fn login(account: &Account) -> String {
    let get = account.ssm.get_parameter().name("/go-on-aws/credentials");
    let parameter = get.with_decryption(true).send().await.unwrap().parameter;
    parameter.unwrap().value.unwrap()
}

/// The hash of the public key of the certificate, by which Chromium can be told to trust it.
async fn fingerprint(port: &str) -> String {
    let pipeline = format!(
        "openssl s_client -connect 127.0.0.1:{port} -servername {DOMAIN} </dev/null 2>/dev/null \
         | openssl x509 -pubkey -noout | openssl pkey -pubin -outform der \
         | openssl dgst -sha256 -binary | base64"
    );
    let output = tokio::task::spawn_blocking(move || {
        Command::new("sh").args(["-c", &pipeline]).output().unwrap()
    });
    let output = output.await.unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

#[tokio::test]
#[ignore = "needs Chromium, chromedriver and openssl (Debian: chromium chromium-driver openssl)"]
async fn a_person_is_led_from_http_to_https_and_stays_there() {
    let account = Account::new().await;
    let port = deploy(&account).await;
    let login = login(&account).await;
    let chrome = Chrome::with(&[
        format!("--host-resolver-rules=MAP {DOMAIN} 127.0.0.1"),
        format!(
            "--ignore-certificate-errors-spki-list={}",
            fingerprint(&port).await
        ),
    ])
    .await;
    let client = &chrome.client;
    let plain = format!("http://{DOMAIN}:{port}/");
    client.goto(&plain).await.unwrap();
    let url = client.current_url().await.unwrap();
    assert_eq!((url.scheme(), url.host_str()), ("https", Some(DOMAIN)));
    let page = format!("https://{login}@{DOMAIN}:{port}/");
    client.goto(&page).await.unwrap();
    chrome.screenshot("https").await;
    let scan = client.find(Locator::XPath("//button[normalize-space()='Scan']"));
    let scan = scan.await.unwrap();
    chrome.leave(async || scan.click().await.unwrap()).await;
    assert_eq!(chrome.text(".card.empty").await, "The table is empty.");

    // The browser remembers: it does not even ask over HTTP again.
    chrome.requested().await;
    client
        .goto(&format!("http://{DOMAIN}:{port}/"))
        .await
        .unwrap();
    assert_eq!(client.current_url().await.unwrap().scheme(), "https");
    assert_eq!(chrome.own_redirects().await, ["HSTS"]);
    chrome.close().await;
    account.local.stop().await;
}
