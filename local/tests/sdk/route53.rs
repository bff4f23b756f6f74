//! The API of Route 53.

use e2e::Account;
use hyper::Method;

use crate::call::{Response, rest};

async fn call(account: &Account, method: Method, path: &str, body: &str) -> Response {
    let path = format!("/2013-04-01/{path}");
    rest(account, "route53", method, &path, body).await
}

/// The text of the first element of this name.
fn element<'a>(text: &'a str, name: &str) -> &'a str {
    let (_, rest) = text.split_once(&format!("<{name}>")).expect(name);
    rest.split_once('<').expect("an end").0
}

async fn zone(account: &Account, name: &str) -> String {
    let body = format!(
        "<CreateHostedZoneRequest><Name>{name}</Name><CallerReference>{name}</CallerReference>\
         <HostedZoneConfig><Comment>mine</Comment></HostedZoneConfig></CreateHostedZoneRequest>"
    );
    let created = call(account, Method::POST, "hostedzone", &body).await;
    assert_eq!(created.status, 201, "{}", created.text);
    let (_, made) = created.text.split_once("<HostedZone>").expect("a zone");
    element(made, "Id")
        .strip_prefix("/hostedzone/")
        .expect("a path")
        .to_owned()
}

fn batch(changes: &[(&str, &str, &str, &str)]) -> String {
    let changes = changes.iter().map(|(action, name, kind, value)| {
        format!(
            "<Change><Action>{action}</Action><ResourceRecordSet><Name>{name}</Name><Type>{kind}</Type>\
             <TTL>300</TTL><ResourceRecords><ResourceRecord><Value>{value}</Value></ResourceRecord>\
             </ResourceRecords></ResourceRecordSet></Change>"
        )
    });
    let changes: String = changes.collect();
    format!(
        "<ChangeResourceRecordSetsRequest><ChangeBatch><Changes>{changes}</Changes></ChangeBatch>\
         </ChangeResourceRecordSetsRequest>"
    )
}

#[tokio::test]
async fn the_changes_of_a_batch_are_made_together_or_not_at_all() {
    let account = Account::new().await;
    let id = zone(&account, "example.com").await;
    let path = format!("hostedzone/{id}/rrset/");
    let body = batch(&[
        ("CREATE", "b.example.com", "A", "192.0.2.1"),
        ("UPSERT", "a.example.com", "TXT", "\"text\""),
    ]);
    let changed = call(&account, Method::POST, &path, &body).await;
    assert_eq!(element(&changed.text, "Status"), "INSYNC");

    let body = batch(&[
        ("CREATE", "c.example.com", "A", "192.0.2.2"),
        ("CREATE", "b.example.com", "A", "192.0.2.2"),
        ("DELETE", "d.example.com", "A", "192.0.2.2"),
    ]);
    let refused = call(&account, Method::POST, &path, &body).await;
    assert_eq!(refused.status, 400);
    assert_eq!(element(&refused.text, "Code"), "InvalidChangeBatch");
    assert_eq!(
        element(&refused.text, "Message"),
        "[Tried to create resource record set [name='b.example.com.', type='A'] but it already exists, \
         Tried to delete resource record set [name='d.example.com.', type='A'] but it was not found]"
            .replace('\'', "&apos;")
    );
    let listed = call(
        &account,
        Method::GET,
        &format!("hostedzone/{id}/rrset?maxitems=3"),
        "",
    )
    .await;
    let names = |text: &str| -> Vec<String> {
        let parts = text.split("<ResourceRecordSet>").skip(1);
        parts
            .map(|part| format!("{} {}", element(part, "Name"), element(part, "Type")))
            .collect()
    };
    assert_eq!(
        names(&listed.text),
        ["example.com. NS", "example.com. SOA", "a.example.com. TXT"]
    );
    assert_eq!(element(&listed.text, "NextRecordName"), "b.example.com.");
    let next = format!("hostedzone/{id}/rrset?name=b.example.com.&type=A");
    let listed = call(&account, Method::GET, &next, "").await;
    assert_eq!(names(&listed.text), ["b.example.com. A"]);
    assert_eq!(element(&listed.text, "TTL"), "300");

    let answer = format!("testdnsanswer?hostedzoneid={id}&recordname=b.example.com&recordtype=A");
    let answer = call(&account, Method::GET, &answer, "").await;
    assert_eq!(element(&answer.text, "RecordDataEntry"), "192.0.2.1");
    let kept = call(&account, Method::DELETE, &format!("hostedzone/{id}"), "").await;
    assert_eq!(element(&kept.text, "Code"), "HostedZoneNotEmpty");
}

#[tokio::test]
async fn zones_are_found_by_id_and_name() {
    let account = Account::new().await;
    for name in ["b.org", "a.com", "z.a.com"] {
        zone(&account, name).await;
    }
    let listed = call(
        &account,
        Method::GET,
        "hostedzonesbyname?dnsname=a.com&maxitems=2",
        "",
    )
    .await;
    let names: Vec<&str> = listed
        .text
        .split("<HostedZone>")
        .skip(1)
        .map(|zone| element(zone, "Name"))
        .collect();
    assert_eq!(names, ["a.com.", "z.a.com."]);
    assert_eq!(element(&listed.text, "NextDNSName"), "b.org.");
    let id = element(&listed.text, "Id")
        .trim_start_matches("/hostedzone/")
        .to_owned();
    let got = call(&account, Method::GET, &format!("hostedzone/{id}"), "").await;
    assert_eq!(element(&got.text, "Comment"), "mine");
    assert_eq!(element(&got.text, "ResourceRecordSetCount"), "2");
    assert_eq!(got.text.matches("<NameServer>").count(), 4);
    let tags = "<ChangeTagsForResourceRequest><AddTags><Tag><Key>stage</Key><Value>test</Value></Tag></AddTags></ChangeTagsForResourceRequest>";
    call(
        &account,
        Method::POST,
        &format!("tags/hostedzone/{id}"),
        tags,
    )
    .await;
    let tags = call(&account, Method::GET, &format!("tags/hostedzone/{id}"), "").await;
    assert_eq!(element(&tags.text, "Value"), "test");
    call(&account, Method::DELETE, &format!("hostedzone/{id}"), "").await;
    let gone = call(&account, Method::GET, &format!("hostedzone/{id}"), "").await;
    assert_eq!(
        (gone.status, element(&gone.text, "Code")),
        (404, "NoSuchHostedZone")
    );
}

#[tokio::test]
async fn what_route_53_refuses_is_refused() {
    let account = Account::new().await;
    zone(&account, "example.com").await;
    let create = |name: &str, reference: &str| {
        format!(
            "<CreateHostedZoneRequest><Name>{name}</Name><CallerReference>{reference}</CallerReference></CreateHostedZoneRequest>"
        )
    };
    for (method, path, body, code) in [
        (
            Method::POST,
            "hostedzone",
            create("x.com", "example.com"),
            "HostedZoneAlreadyExists",
        ),
        (
            Method::POST,
            "hostedzone",
            create("a..b", "1"),
            "InvalidDomainName",
        ),
        (
            Method::POST,
            "hostedzone",
            "no XML".to_owned(),
            "InvalidInput",
        ),
        (
            Method::GET,
            "hostedzone?maxitems=0",
            String::new(),
            "InvalidInput",
        ),
        (
            Method::GET,
            "hostedzone?marker=x",
            String::new(),
            "InvalidInput",
        ),
        (
            Method::GET,
            "hostedzone/Z0/rrset",
            String::new(),
            "NoSuchHostedZone",
        ),
        (Method::GET, "healthcheck", String::new(), "NotImplemented"),
        (
            Method::GET,
            "tags/healthcheck/1",
            String::new(),
            "NotImplemented",
        ),
    ] {
        let refused = call(&account, method, path, &body).await;
        assert_eq!(element(&refused.text, "Code"), code, "{path} {body}");
    }
}
