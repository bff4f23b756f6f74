//! The page over HTTPS: with a domain in Route 53, with one whose DNS is elsewhere, with a certificate
//! of one's own, and the warning about a page without it.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use e2e::company_proxy::{ELSEWHERE, behind, elsewhere};
use e2e::http::get;
use e2e::proxy::Proxy;
use e2e::{Account, command, until};
use reqwest::redirect::Policy;
use reqwest::{Client, Response};
use tokio::task::JoinHandle;

use crate::commands::succeeds;

const DOMAIN: &str = "app.example.test";

/// The zone is a stack of its own, as it is older than the app and outlives it.
const ZONE: &str = "
Resources:
  Zone: {Type: 'AWS::Route53::HostedZone', Properties: {Name: example.test}}
Outputs:
  Zone: {Value: !Ref Zone}
";

const CERTIFICATE: &str = "
Parameters:
  Zone: {Type: String}
Resources:
  Certificate:
    Type: AWS::CertificateManager::Certificate
    Properties:
      DomainName: '*.example.test'
      ValidationMethod: DNS
      DomainValidationOptions: [{DomainName: '*.example.test', HostedZoneId: !Ref Zone}]
Outputs:
  Certificate: {Value: !Ref Certificate}
";

/// An account with a network and a table.
async fn account() -> Account {
    prepared(Account::new().await).await
}

async fn prepared(account: Account) -> Account {
    succeeds(&account, "vpc deploy").await;
    succeeds(&account, "table deploy").await;
    account
}

async fn make_zone(account: &Account) -> String {
    assert_eq!(account.deploy("zone", ZONE, &[]).await, "CREATE_COMPLETE");
    account.output("zone", "Zone").await
}

/// A client that trusts the authority of the local AWS, and follows no redirect. Every name leads to
/// this machine.
async fn client(account: &Account) -> Client {
    let url = format!("{}/_local/ca.pem", account.local.endpoint_url());
    let authority = reqwest::Certificate::from_pem(get(&url).await.text.as_bytes());
    Client::builder()
        .tls_certs_only([authority.expect("a certificate")])
        .redirect(Policy::none())
        .resolve(DOMAIN, "127.0.0.1:0".parse().expect("an address"))
        .build()
        .expect("a client")
}

/// The port of this machine on which the load balancer answers.
async fn port(account: &Account) -> u16 {
    let elb = aws_sdk_elasticloadbalancingv2::Client::new(&account.config);
    let balancers = elb
        .describe_load_balancers()
        .send()
        .await
        .expect("described");
    let name = balancers.load_balancers()[0]
        .dns_name()
        .expect("a name")
        .to_owned();
    let (_, port) = name.rsplit_once(':').expect("a port");
    port.parse().expect("a number")
}

fn header<'a>(response: &'a Response, name: &str) -> &'a str {
    let value = response.headers().get(name);
    value.map_or("", |value| value.to_str().expect("text"))
}

/// Checks that HTTP redirects, that HTTPS answers, and that browsers are told to stay there.
async fn is_served_over_https(account: &Account, domain: &str) {
    let (client, port) = (client(account).await, port(account).await);
    let plain = client.get(format!("http://{domain}:{port}/table")).send();
    let plain = plain.await.expect("an answer");
    assert_eq!(plain.status(), 301);
    assert_eq!(
        header(&plain, "location"),
        format!("https://{domain}:{port}/table")
    );
    assert_eq!(header(&plain, "strict-transport-security"), "");
    let secure = client.get(format!("https://{domain}:{port}/")).send();
    let secure = secure.await.expect("an answer");
    assert_eq!(secure.status(), 401);
    assert_eq!(
        header(&secure, "strict-transport-security"),
        "max-age=31536000"
    );
}

/// Requests over HTTP, one after the other. A redirect is followed.
struct Load {
    stop: Arc<AtomicBool>,
    statuses: JoinHandle<BTreeMap<u16, usize>>,
}

impl Load {
    async fn start(account: &Account) -> Self {
        let (client, port) = (client(account).await, port(account).await);
        let stop = Arc::new(AtomicBool::new(false));
        let is_over = Arc::clone(&stop);
        let statuses = tokio::spawn(async move {
            let mut statuses = BTreeMap::new();
            while !is_over.load(Ordering::Relaxed) {
                let url = format!("http://{DOMAIN}:{port}/ping");
                let mut answer = client.get(url).send().await;
                if let Ok(redirect) = answer.as_ref().map(|answer| header(answer, "location"))
                    && !redirect.is_empty()
                {
                    answer = client.get(redirect).send().await;
                }
                let status = answer.map_or(0, |answer| answer.status().as_u16());
                *statuses.entry(status).or_default() += 1;
            }
            statuses
        });
        Self { stop, statuses }
    }

    async fn ends_without_a_lost_request(self) {
        self.stop.store(true, Ordering::Relaxed);
        let statuses = self.statuses.await.expect("it ends");
        assert_eq!(statuses.keys().collect::<Vec<_>>(), [&200], "{statuses:?}");
    }
}

#[tokio::test]
async fn a_domain_in_route_53_gets_its_certificate_and_its_record() {
    let account = account().await;
    let zone = make_zone(&account).await;
    // The service stands already, and is never without a listener on the way to HTTPS and back.
    succeeds(&account, "container deploy --image local/showtable").await;
    let before = account.output("container", "ServiceURL").await;
    assert!(before.starts_with("http://"), "{before}");
    let load = Load::start(&account).await;
    let deployed = succeeds(&account, "container deploy --domain App.Example.Test.").await;
    let told =
        format!("The records of {DOMAIN} are made in the hosted zone example.test. ({zone})");
    assert!(deployed.contains(&told), "{deployed}");
    let url = account.output("container", "ServiceURL").await;
    assert_eq!(url, format!("https://{DOMAIN}"));
    is_served_over_https(&account, DOMAIN).await;
    let records = aws_sdk_route53::Client::new(&account.config)
        .list_resource_record_sets()
        .hosted_zone_id(&zone)
        .send()
        .await
        .expect("listed");
    let alias = records.resource_record_sets().iter();
    let mut alias = alias.filter(|record| record.name() == format!("{DOMAIN}."));
    assert!(alias.any(|record| record.alias_target().is_some()));

    // The next deployment keeps the domain.
    succeeds(&account, "container deploy --image local/showtable:2").await;
    is_served_over_https(&account, DOMAIN).await;

    succeeds(&account, "container deploy --http --yes").await;
    load.ends_without_a_lost_request().await;
    let after = account.output("container", "ServiceURL").await;
    assert_eq!(after, before);
    assert_eq!(get(&format!("{after}/ping")).await.status, 200);
    account.local.stop().await;
}

#[tokio::test]
async fn a_domain_whose_dns_is_elsewhere_waits_for_the_record_that_is_printed() {
    let account = account().await;
    let line = format!("container deploy --image local/showtable --domain {DOMAIN}");
    let mut deploy = command(&account.local.endpoint_url(), &line);
    let deploying = tokio::task::spawn_blocking(move || deploy.output().expect("it runs"));
    let reason = until("the record to be named", async || {
        let events = account.cloudformation.describe_stack_events();
        let events = events.stack_name("container").send().await.ok()?;
        let mut reasons = events
            .stack_events()
            .iter()
            .filter_map(|event| event.resource_status_reason());
        let reason = reasons.find(|reason| reason.contains("Content of DNS Record is"))?;
        Some(reason.to_owned())
    })
    .await;
    let (_, name) = reason.split_once("{Name: ").expect("a name");
    let (name, rest) = name.split_once(",Type: CNAME,Value: ").expect("a CNAME");
    let value = rest.trim_end_matches('}');
    // Its owner makes the record.
    let record = format!(
        "Resources:\n  Zone: {{Type: 'AWS::Route53::HostedZone', Properties: {{Name: example.test}}}}\n  \
         Record: {{Type: 'AWS::Route53::RecordSet', Properties: {{HostedZoneId: !Ref Zone, Name: {name}, \
         Type: CNAME, TTL: '60', ResourceRecords: [{value}]}}}}\n"
    );
    assert_eq!(
        account.deploy("elsewhere", &record, &[]).await,
        "CREATE_COMPLETE"
    );
    let deployed = deploying.await.expect("it ends");
    let printed = String::from_utf8_lossy(&deployed.stderr);
    assert!(deployed.status.success(), "{printed}");
    assert!(
        printed.contains("Route 53 has no public hosted zone"),
        "{printed}"
    );
    let told = format!(
        "The certificate waits for this record in the DNS of the domain: {name} CNAME {value}"
    );
    assert!(printed.contains(&told), "{printed}");
    is_served_over_https(&account, DOMAIN).await;
    account.local.stop().await;
}

#[tokio::test]
async fn a_certificate_of_ones_own_is_used() {
    let account = account().await;
    let zone = make_zone(&account).await;
    let status = account
        .deploy("certificate", CERTIFICATE, &[("Zone", &zone)])
        .await;
    assert_eq!(status, "CREATE_COMPLETE");
    let arn = account.output("certificate", "Certificate").await;
    let line = format!("container deploy --image local/showtable --certificate {arn}");
    succeeds(&account, &line).await;
    let url = account.output("container", "ServiceURL").await;
    assert!(url.starts_with("https://"), "{url}");
    is_served_over_https(&account, DOMAIN).await;
    account.local.stop().await;
}

#[tokio::test]
async fn options_that_contradict_each_other_are_refused() {
    let account = Account::new().await;
    for (line, said) in [
        (
            "container deploy --http --domain a.example.test",
            "cannot be used with",
        ),
        ("container deploy --hosted-zone Z1", "--domain <NAME>"),
        (
            "container diff --image local/showtable --domain nonsense",
            "A domain name such as app.example.com",
        ),
    ] {
        let mut command = command(&account.local.endpoint_url(), line);
        let ran = tokio::task::spawn_blocking(move || command.output().expect("it runs"));
        let ran = ran.await.expect("it ends");
        let printed = String::from_utf8_lossy(&ran.stderr);
        assert!(
            !ran.status.success() && printed.contains(said),
            "{line}: {printed}"
        );
    }
    account.local.stop().await;
}

#[tokio::test]
async fn route_53_that_does_not_answer_is_one_sentence() {
    let line = "container deploy --image local/showtable --domain a.example.test";
    let mut deploy = command("http://127.0.0.1:1", line);
    let ran = tokio::task::spawn_blocking(move || deploy.output().expect("it runs"));
    let printed = ran.await.expect("it ends").stderr;
    let printed = String::from_utf8_lossy(&printed);
    assert!(printed.contains("AWS cannot be reached"), "{printed}");
    assert!(!printed.contains("DispatchFailure"), "{printed}");
}

#[tokio::test]
async fn a_page_without_https_is_asked_for_once_and_warned_of_each_time() {
    let account = prepared(Account::with(&elsewhere()).await).await;
    let proxy = Proxy::new(account.local.endpoint_url()).await;
    let run = async |line: &str| {
        let mut command = behind(command(ELSEWHERE, line), &[("HTTP_PROXY", &proxy.url)]);
        let ran = tokio::task::spawn_blocking(move || command.output().expect("it runs"));
        let ran = ran.await.expect("it ends");
        let printed = String::from_utf8_lossy(&ran.stderr).into_owned();
        (ran.status.success(), printed)
    };
    for line in [
        "container deploy",
        "container deploy --no-execute",
        "container up",
    ] {
        let (succeeded, printed) = run(&format!("{line} --image local/showtable")).await;
        assert!(
            !succeeded && printed.contains("passwords travel in clear"),
            "{printed}"
        );
        assert!(printed.contains("--domain NAME"), "{printed}");
        assert!(account.stack("container").await.is_none());
    }
    let (succeeded, printed) = run("container deploy --image local/showtable --http").await;
    assert!(
        succeeded && printed.contains("⚠️  Passwords travel in clear"),
        "{printed}"
    );
    let (succeeded, printed) = run("container deploy --image local/showtable:2").await;
    assert!(
        succeeded && printed.contains("⚠️  Passwords travel in clear"),
        "{printed}"
    );
    let on_this_machine = succeeds(&account, "container deploy --image local/showtable:3").await;
    assert!(!on_this_machine.contains("in clear"), "{on_this_machine}");
    account.local.stop().await;
}
