//! Who reaches the page: allowed ranges of addresses, and AWS WAF.

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use e2e::http::get;
use e2e::{Account, command, until};
use reqwest::Client;
use reqwest::redirect::Policy;

use crate::commands::succeeds;

/// How long to wait for an answer that does not come.
const SILENCE: Duration = Duration::from_millis(400);

const DOMAIN: &str = "app.example.test";

const ZONE: &str = "
Resources:
  Zone: {Type: 'AWS::Route53::HostedZone', Properties: {Name: example.test}}
";

async fn account() -> Account {
    let account = Account::new().await;
    succeeds(&account, "vpc deploy").await;
    succeeds(&account, "table deploy").await;
    account
}

/// A client with an address of this machine. 127.0.0.1 counts as one in an allowed range; all others
/// are strangers.
async fn client(account: &Account, address: &str) -> Client {
    let url = format!("{}/_local/ca.pem", account.local.endpoint_url());
    let authority = reqwest::Certificate::from_pem(get(&url).await.text.as_bytes());
    Client::builder()
        .tls_certs_only([authority.expect("a certificate")])
        .redirect(Policy::none())
        .user_agent("test")
        .local_address(address.parse::<IpAddr>().expect("an address"))
        .pool_max_idle_per_host(0)
        .build()
        .expect("a client")
}

/// `http://127.0.0.1:PORT` of the load balancer; HTTPS has the same port.
async fn host(account: &Account) -> String {
    account.output("container", "LoadBalancerDNS").await
}

/// The status of the page, or `None` if nothing answers.
async fn status(client: &Client, url: &str) -> Option<u16> {
    let answer = client.get(url).timeout(SILENCE).send().await;
    match answer {
        Ok(answer) => Some(answer.status().as_u16()),
        Err(err) if err.is_timeout() => None,
        Err(err) => panic!("{url}: {err:?}"),
    }
}

/// Whether the network lets a client of the internet through to the load balancer.
async fn lets_in(account: &Account, client: &str) -> bool {
    let endpoint = account.local.endpoint_url();
    let url = format!("{endpoint}/_local/explain?from={client}&to=load-balancer");
    let answer = get(&url).await;
    match answer.status {
        200 => true,
        409 => {
            let named = format!("does not let TCP 80 in from {client}.");
            assert!(answer.text.contains(&named), "{}", answer.text);
            false
        }
        _ => panic!("{}", answer.text),
    }
}

#[tokio::test]
async fn only_allowed_ranges_reach_the_page_and_a_change_shuts_nobody_out() {
    let account = account().await;
    let line =
        "container deploy --image local/showtable --allow 203.0.113.0/24 --allow 198.51.100.7/32";
    succeeds(&account, line).await;
    let (friend, stranger) = (
        client(&account, "127.0.0.1").await,
        client(&account, "127.0.0.2").await,
    );
    let url = format!("http://{}/ping", host(&account).await);
    assert_eq!(status(&friend, &url).await, Some(200));
    assert_eq!(status(&stranger, &url).await, None);
    assert!(lets_in(&account, "203.0.113.9").await);
    assert!(lets_in(&account, "198.51.100.7").await);
    assert!(!lets_in(&account, "198.51.100.8").await);

    // Another range in place of one of them. Who may come all the time is served all the time.
    let stop = Arc::new(AtomicBool::new(false));
    let (is_over, asked) = (Arc::clone(&stop), url.clone());
    let load = tokio::spawn(async move {
        let mut statuses = BTreeSet::new();
        while !is_over.load(Ordering::Relaxed) {
            statuses.insert(status(&friend, &asked).await);
        }
        (friend, statuses)
    });
    let line = "container deploy --allow 203.0.113.0/24 --allow 192.0.2.128/25";
    let printed = succeeds(&account, line).await;
    assert!(printed.contains("AllowedRangeList"), "{printed}");
    stop.store(true, Ordering::Relaxed);
    let (friend, statuses) = load.await.expect("it ends");
    assert_eq!(statuses, BTreeSet::from([Some(200)]));
    assert!(lets_in(&account, "203.0.113.9").await);
    assert!(lets_in(&account, "192.0.2.129").await);
    assert!(!lets_in(&account, "198.51.100.7").await);

    // The next deployment keeps the ranges.
    succeeds(&account, "container deploy --image local/showtable:2").await;
    assert_eq!(status(&stranger, &url).await, None);

    succeeds(&account, "container deploy --allow any --yes").await;
    assert_eq!(status(&stranger, &url).await, Some(200));
    assert_eq!(status(&friend, &url).await, Some(200));
    assert!(lets_in(&account, "198.51.100.8").await);
    account.local.stop().await;
}

#[tokio::test]
async fn ranges_and_waf_hold_for_https_too() {
    let account = account().await;
    assert_eq!(account.deploy("zone", ZONE, &[]).await, "CREATE_COMPLETE");
    let line = format!(
        "container deploy --image local/showtable --domain {DOMAIN} --allow 203.0.113.0/24 --waf"
    );
    succeeds(&account, &line).await;
    let (friend, stranger) = (
        client(&account, "127.0.0.1").await,
        client(&account, "127.0.0.2").await,
    );
    let host = host(&account).await;
    let (http, https) = (
        format!("http://{host}/ping"),
        format!("https://{host}/ping"),
    );
    assert_eq!(status(&friend, &http).await, Some(301));
    assert_eq!(status(&friend, &https).await, Some(200));
    assert_eq!(status(&stranger, &http).await, None);
    assert_eq!(status(&stranger, &https).await, None);
    // AWS WAF blocks a method of WebDAV; the app would answer 405.
    let method = reqwest::Method::from_bytes(b"PROPFIND").expect("a method");
    let blocked = friend.request(method.clone(), &https).send().await;
    assert_eq!(blocked.expect("an answer").status(), 403);

    // The rule of port 443 is replaced, which asks: the new one stands before the old one goes.
    succeeds(&account, "container deploy --allow any --waf false --yes").await;
    assert_eq!(status(&stranger, &https).await, Some(200));
    let passed = friend.request(method, &https).send().await;
    assert_eq!(passed.expect("an answer").status(), 405);
    account.local.stop().await;
}

#[tokio::test]
async fn waf_limits_the_rate_and_lets_the_longest_links_pass() {
    let account = account().await;
    let line = "container deploy --image local/showtable --waf --waf-rate-limit 25";
    succeeds(&account, line).await;
    let url = format!("http://{}", host(&account).await);
    let guest = client(&account, "127.0.0.3").await;
    // More than the 2,048 bytes of the common rule set; the app decides what it makes of the query.
    let long = format!("{url}/query?before={}", "a".repeat(4096));
    assert_eq!(status(&guest, &long).await, Some(401));
    let path = format!("{url}/{}", "a".repeat(1100));
    assert_eq!(status(&guest, &path).await, Some(403));
    // A program that does not say what it is.
    let nameless = Client::new().get(format!("{url}/ping")).send().await;
    assert_eq!(nameless.expect("an answer").status(), 403);

    let busy = client(&account, "127.0.0.4").await;
    let ping = format!("{url}/ping");
    for turn in 0..25 {
        assert_eq!(status(&busy, &ping).await, Some(200), "{turn}");
    }
    until("the address to be limited", async || {
        (status(&busy, &ping).await == Some(403)).then_some(())
    })
    .await;
    assert_eq!(status(&guest, &ping).await, Some(200));

    // The next deployment keeps it, with another limit.
    succeeds(&account, "container deploy --waf-rate-limit 1000").await;
    assert_eq!(status(&busy, &ping).await, Some(200));
    assert_eq!(status(&guest, &path).await, Some(403));
    succeeds(&account, "container deploy --waf false --yes").await;
    let status = status(&guest, &path).await;
    assert!(status.is_some_and(|status| status != 403), "{status:?}");
    account.local.stop().await;
}

#[tokio::test]
async fn what_makes_no_sense_is_refused_before_anything_is_done() {
    for (line, said) in [
        (
            "container deploy --allow 0.0.0.0/0",
            "that is everybody: write any",
        ),
        (
            "container up --allow 10.0.0.0/8",
            "nobody on the internet has such an address",
        ),
        (
            "container diff --allow 203.0.113.0/24 --allow 203.0.113.7/32",
            "the range 203.0.113.7/32 is within 203.0.113.0/24: leave it out",
        ),
        ("container deploy --waf maybe", "invalid value"),
        (
            "container deploy --waf-rate-limit 9",
            "9 is not in 10..=2000000000",
        ),
    ] {
        let mut command = command("http://127.0.0.1:1", line);
        let ran = tokio::task::spawn_blocking(move || command.output().expect("it runs"));
        let ran = ran.await.expect("it ends");
        let printed = String::from_utf8_lossy(&ran.stderr);
        assert_eq!(ran.status.code(), Some(64), "{line}: {printed}");
        assert!(printed.contains(said), "{line}: {printed}");
    }
}
