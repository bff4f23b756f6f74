use std::net::{IpAddr, Ipv4Addr};
use std::sync::{Arc, Mutex};

use aws_smithy_http_client::Builder;
use aws_smithy_http_client::tls::Provider;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_runtime_api::client::dns::{DnsFuture, ResolveDns, ResolveDnsError};
use serde_json::json;
use tokio::task::JoinSet;

use super::{page_time, recovered, report, show};
use crate::support::{CREDENTIALS, Stub, TABLE, TestApp};

/// A resolver that fails as it is told.
#[derive(Clone, Debug)]
struct Resolver(Arc<Mutex<Dns>>);

#[derive(Clone, Copy, Debug)]
enum Dns {
    Well,
    Unknown,
    Hang,
    NoAddress,
    /// An address at which nobody listens.
    Elsewhere,
}

impl ResolveDns for Resolver {
    fn resolve_dns<'a>(&'a self, _: &'a str) -> DnsFuture<'a> {
        let addresses = |last| vec![IpAddr::V4(Ipv4Addr::new(127, 0, 0, last))];
        DnsFuture::ready(match *self.0.lock().unwrap() {
            Dns::Well => Ok(addresses(1)),
            Dns::Unknown => Err(ResolveDnsError::new("no such host")),
            Dns::NoAddress => Ok(Vec::new()),
            Dns::Elsewhere => Ok(addresses(99)),
            Dns::Hang => return DnsFuture::new(std::future::pending()),
        })
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn while_dns_fails_the_page_says_so_in_time_and_recovers() {
    let mut cells = JoinSet::new();
    for (fault, dns, status, sentence) in [
        ("no such name", Dns::Unknown, 502, "AWS cannot be reached"),
        ("no address", Dns::NoAddress, 502, "AWS cannot be reached"),
        (
            "a wrong address",
            Dns::Elsewhere,
            502,
            "AWS cannot be reached",
        ),
        ("hang", Dns::Hang, 504, "AWS did not answer in time"),
    ] {
        for when in ["at the start", "later"] {
            cells.spawn(async move {
                let cell = &format!("DNS, {fault}, {when}");
                let stub = Stub::start().await;
                stub.set_parameter(CREDENTIALS, "anna:secret");
                stub.set_parameter(TABLE, "books");
                stub.set_table("books", [json!({ "itemID": { "S": "one" } })]);
                let resolver = Resolver(Arc::new(Mutex::new(Dns::Well)));
                let client = Builder::new()
                    .tls_provider(Provider::Rustls(CryptoMode::AwsLc))
                    // Without idle connections, every call needs the name.
                    .pool_max_idle_per_host(0)
                    .build_with_resolver(resolver.clone());
                let endpoint = format!("http://aws.invalid:{}", stub.address().port());
                let endpoints = [endpoint.clone(), endpoint];
                let app = TestApp::start_behind(stub, endpoints, page_time(), client).await;
                if when == "later" {
                    recovered(cell, &app.anna(), "/query", "one").await;
                }
                *resolver.0.lock().unwrap() = dns;
                let shown = show(&app.anna(), "/query").await;
                shown.assert_fails(cell, status, sentence);
                *resolver.0.lock().unwrap() = Dns::Well;
                let recovery = recovered(cell, &app.anna(), "/query", "one").await;
                report(cell, &shown, recovery);
            });
        }
    }
    cells.join_all().await;
}

/// The resolver of the system: `.invalid` never exists.
#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_does_not_exist_is_a_page_in_time() {
    let stub = Stub::start().await;
    let name = "http://aws.invalid".to_owned();
    let client = connect::http_client();
    let app = TestApp::start_behind(stub, [name.clone(), name], page_time(), client).await;
    let shown = show(&app.anna(), "/query").await;
    assert!([502, 504].contains(&shown.status), "{shown:?}");
    assert!(
        shown.body.contains("the parameter /go-on-aws/credentials"),
        "{shown:?}"
    );
    shown.assert_in_time("DNS, .invalid");
}
