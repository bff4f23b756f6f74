//! Login at a certified identity provider: oidc-provider, with its own pages.

use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use e2e::provider::identity;
use e2e::shell::run;
use e2e::{Account, command, free_port, options, until};
use fantoccini::Locator;
use tempfile::TempDir;

use crate::chrome::Chrome;
use crate::https::fingerprint;

const DOMAIN: &str = "app.example.test";

const SURROUNDINGS: &str = "
Resources:
  Zone: {Type: 'AWS::Route53::HostedZone', Properties: {Name: example.test}}
  Secret: {Type: 'AWS::SecretsManager::Secret', Properties: {Name: login, SecretString: a-secret-of-the-client}}
";

/// The provider as a process, which ends with the test.
struct Provider {
    process: Child,
    port: u16,
    files: TempDir,
}

impl Drop for Provider {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Provider {
    /// Starts it for a page that sends its users back to this address.
    fn start(redirect: &str) -> Self {
        let (files, identity) = (tempfile::tempdir().expect("a folder"), identity());
        let write = |name: &str, text: &str| {
            let file = files.path().join(name);
            std::fs::write(&file, text).expect("written");
            file
        };
        let key = write("key.pem", &identity.key.serialize_pem());
        let certificate = write("certificate.pem", &identity.certificate_pem);
        write("authority.pem", &identity.authority);
        let port = free_port();
        let here = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/tests/browser/provider/provider.mjs"
        );
        let modules = concat!(env!("CARGO_MANIFEST_DIR"), "/../target/ci-npm/node_modules");
        let mut node = Command::new("node");
        if std::env::var_os("OIDC_MODULES").is_none() {
            node.env("OIDC_MODULES", modules);
        }
        let node = node
            .arg(here)
            .arg(port.to_string())
            .args([key, certificate]);
        let mut process = node
            .arg(redirect)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("node is on the path");
        let output = BufReader::new(process.stdout.take().expect("its output"));
        let is_ready = output
            .lines()
            .map_while(Result::ok)
            .any(|line| line == "ready");
        assert!(
            is_ready,
            "oidc-provider is installed (npm, in target/ci-npm or OIDC_MODULES)"
        );
        Self {
            process,
            port,
            files,
        }
    }

    fn authority(&self) -> PathBuf {
        self.files.path().join("authority.pem")
    }
}

/// Deploys the architecture with a login at the provider.
async fn deploy(account: &Account, provider: &Provider) {
    let deployed = account.deploy("around", SURROUNDINGS, &[]).await;
    assert_eq!(deployed, "CREATE_COMPLETE");
    for line in ["vpc deploy", "table deploy"] {
        let endpoint = account.local.endpoint_url();
        let ran = tokio::task::spawn_blocking(move || run(&endpoint, line));
        ran.await.unwrap();
    }
    let line = format!(
        "container deploy --image local/showtable --domain {DOMAIN} --oidc https://127.0.0.1:{} \
         --oidc-client-id showtable --oidc-secret login",
        provider.port
    );
    let mut command = command(&account.local.endpoint_url(), &line);
    command.env("SSL_CERT_FILE", provider.authority());
    let ran = tokio::task::spawn_blocking(move || command.output().unwrap());
    let ran = ran.await.unwrap();
    assert!(
        ran.status.success(),
        "{}",
        String::from_utf8_lossy(&ran.stderr)
    );
}

/// Fills in the forms of the provider: the login, and then the consent, if it asks for it.
async fn log_in(chrome: &Chrome, name: &str) {
    let name_field = chrome.find("input[name=login]").await;
    name_field.send_keys(name).await.unwrap();
    let password = chrome.find("input[name=password]").await;
    password.send_keys("any").await.unwrap();
    chrome.press("button[type=submit]").await;
    // Its pages lead to one another by redirects, on which chromedriver does not wait.
    until("the page", async || {
        let url = chrome.client.current_url().await.ok()?;
        if url.host_str() == Some(DOMAIN) {
            return Some(());
        }
        let consent = Locator::Css("button[autofocus][type=submit]");
        if let Ok(button) = chrome.client.find(consent).await {
            // It may be gone by now.
            let _ = button.click().await;
        }
        None
    })
    .await;
}

#[tokio::test]
#[ignore = "needs Chromium, chromedriver, openssl, Node and oidc-provider (npm, in target/ci-npm or OIDC_MODULES)"]
async fn a_person_logs_in_at_the_provider_and_comes_back_to_the_page() {
    let options = options();
    let port = options.alb_port.to_string();
    let account = Account::with(&options).await;
    let provider = Provider::start(&format!("https://{DOMAIN}:{port}/oauth2/idpresponse"));
    deploy(&account, &provider).await;
    let page = account.output("container", "LoadBalancerDNS").await;
    assert_eq!(
        page,
        format!("127.0.0.1:{port}"),
        "the port that is registered"
    );
    let own = provider.port.to_string();
    let trusted = [fingerprint(&port).await, fingerprint(&own).await].join(",");
    let chrome = Chrome::with(&[
        format!("--host-resolver-rules=MAP {DOMAIN} 127.0.0.1, MAP fonts.googleapis.com ~NOTFOUND"),
        format!("--ignore-certificate-errors-spki-list={trusted}"),
    ])
    .await;
    let client = &chrome.client;

    // From HTTP to HTTPS, and on to the provider.
    client
        .goto(&format!("http://{DOMAIN}:{port}/query?limit=5"))
        .await
        .unwrap();
    assert_eq!(
        client.current_url().await.unwrap().port(),
        Some(provider.port)
    );
    chrome.screenshot("login").await;
    log_in(&chrome, "anna").await;
    let url = client.current_url().await.unwrap();
    assert_eq!(
        url.as_str(),
        format!("https://{DOMAIN}:{port}/query?limit=5")
    );
    assert_eq!(chrome.text(".card.empty").await, "The table is empty.");
    let endpoint = account.local.endpoint_url();
    let logs = tokio::task::spawn_blocking(move || run(&endpoint, "container logs --since 1h"));
    assert!(logs.await.unwrap().contains("anna@example.com"));

    // Without its session, the page leads to the provider, which still knows who it is.
    client.delete_all_cookies().await.unwrap();
    chrome.requested().await;
    client
        .goto(&format!("https://{DOMAIN}:{port}/table"))
        .await
        .unwrap();
    assert_eq!(client.current_url().await.unwrap().path(), "/table");
    let asked = format!("https://127.0.0.1:{}/auth?", provider.port);
    let requested = chrome.requested().await;
    assert!(
        requested.iter().any(|url| url.starts_with(&asked)),
        "{requested:?}"
    );

    // Logged out at both, it is a stranger again.
    client.delete_all_cookies().await.unwrap();
    client
        .goto(&format!("https://127.0.0.1:{}/jwks", provider.port))
        .await
        .unwrap();
    client.delete_all_cookies().await.unwrap();
    client
        .goto(&format!("https://{DOMAIN}:{port}/table"))
        .await
        .unwrap();
    chrome.find("input[name=password]").await;
    chrome.close().await;
    account.local.stop().await;
}
