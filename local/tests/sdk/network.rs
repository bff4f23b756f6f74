//! The network is enforced: what it does not let through does not arrive, and `explain` says why.

use std::time::Duration;

use e2e::Account;
use e2e::http::{Answer, get};

const LOGIN_PAGE: u16 = 401;

/// Replaces ids, which are random, by their kind.
fn without_ids(text: &str) -> String {
    let mut words = Vec::new();
    for word in text.split(' ') {
        let id = word.trim_end_matches(|letter: char| !letter.is_ascii_alphanumeric());
        let kind = id.split_once('-').filter(|(_, digits)| {
            digits.len() >= 17 && digits.chars().all(|digit| digit.is_ascii_hexdigit())
        });
        words.push(match kind {
            Some((kind, _)) => word.replace(id, kind),
            None => word.to_owned(),
        });
    }
    words.join(" ")
}

async fn explain(account: &Account, from: &str, to: &str) -> Answer {
    let endpoint = account.local.endpoint_url();
    get(&format!("{endpoint}/_local/explain?from={from}&to={to}")).await
}

/// The template of a stack, with one text replaced by another.
fn edited(template: &str, from: &str, to: &str) -> String {
    assert!(
        template.contains(from),
        "the template no longer says {from}"
    );
    template.replacen(from, to, 1)
}

#[tokio::test]
async fn explain_tells_every_hop_of_the_deployed_architecture() {
    let account = Account::new().await;
    account.local.deploy().await.unwrap();
    for (from, to) in [
        ("internet", "load-balancer"),
        ("load-balancer", "task"),
        ("task", "ecr"),
        ("task", "logs"),
        ("task", "ssm"),
        ("Service", "dynamodb"),
        ("LoadBalancer", "Service"),
    ] {
        let answer = explain(&account, from, to).await;
        assert_eq!(answer.status, 200, "{from} {to}: {}", answer.text);
        assert!(
            answer.text.ends_with("\nIt gets through.\n"),
            "{}",
            answer.text
        );
    }
    let path = explain(&account, "task", "dynamodb").await;
    let service = path.text.split(' ').nth(2).unwrap().to_owned();
    assert_eq!(
        without_ids(&path.text.replace(&service, "SERVICE")),
        "task of SERVICE in subnet (PrivateSubnet1 of vpc) -> dynamodb, TCP 443\n\n  \
         ✓ Security group sg (TaskSecurityGroup of container) lets TCP 443 out to 0.0.0.0/0.\n  \
         ✓ Route table rtb (PrivateRouteTable1 of vpc) of subnet (PrivateSubnet1 of vpc) sends it to vpce (DynamoDbEndpoint of vpc).\n  \
         ✓ Gateway endpoint vpce (DynamoDbEndpoint of vpc) leads to the service.\n\n\
         It gets through.\n"
    );
    let wrong = explain(&account, "task", "dynamo").await;
    assert_eq!(wrong.status, 400);
    assert!(
        wrong
            .text
            .starts_with("nothing is called dynamo: choose one of internet, ecr,"),
        "{}",
        wrong.text
    );
    account.local.stop().await;
}

#[tokio::test]
async fn a_load_balancer_that_no_group_lets_through_gives_no_answer() {
    let account = Account::new().await;
    let demo = account.local.deploy().await.unwrap();
    let page = format!("{}/", demo.url);
    assert_eq!(get(&page).await.status, LOGIN_PAGE);

    let closed = edited(
        container::STACK.template,
        "CidrIp: 0.0.0.0/0",
        "CidrIp: 10.0.0.0/16",
    );
    let image = [("Image", "local/showtable")];
    assert_eq!(
        account.deploy("container", &closed, &image).await,
        "UPDATE_COMPLETE"
    );
    let waiting = tokio::time::timeout(Duration::from_millis(300), get(&page)).await;
    assert!(waiting.is_err(), "{waiting:?}");
    let answer = explain(&account, "internet", "load-balancer").await;
    assert_eq!(answer.status, 409, "{}", answer.text);
    let text = without_ids(&answer.text);
    assert!(
        text.contains("✗ Security group sg (LoadBalancerSecurityGroup of container) does not let TCP 80 in from 0.0.0.0/0."),
        "{text}"
    );
    assert!(
        text.ends_with("\nIt is stopped. Add an inbound rule for TCP 80 from 0.0.0.0/0 to security group sg (LoadBalancerSecurityGroup of container).\n"),
        "{text}"
    );

    let open = container::STACK.template;
    assert_eq!(
        account.deploy("container", open, &image).await,
        "UPDATE_COMPLETE"
    );
    assert_eq!(get(&page).await.status, LOGIN_PAGE);
    account.local.stop().await;
}
