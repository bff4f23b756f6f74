//! The service with each combination of its options.

use e2e::http::{get, get_as};
use e2e::{Account, s3};
use reqwest::Client;
use reqwest::redirect::Policy;

use crate::stacks::{fails, has, succeeds};
use crate::{CONTAINER, combinations, parameters};

const CERTIFICATE: &str = "
Resources:
  Zone: {Type: 'AWS::Route53::HostedZone', Properties: {Name: example.test}}
  Certificate:
    Type: AWS::CertificateManager::Certificate
    Properties:
      DomainName: '*.example.test'
      ValidationMethod: DNS
      DomainValidationOptions: [{DomainName: '*.example.test', HostedZoneId: !Ref Zone}]
Outputs:
  Certificate: {Value: !Ref Certificate}
";

/// An account with a network, an encrypted table, and a certificate. Returns its ARN.
async fn account() -> (Account, String) {
    let account = Account::new().await;
    succeeds(&account, "vpc deploy").await;
    succeeds(&account, "table deploy --customer-key").await;
    let made = account.deploy("certificate", CERTIFICATE, &[]).await;
    assert_eq!(made, "CREATE_COMPLETE");
    let arn = account.output("certificate", "Certificate").await;
    (account, arn)
}

#[tokio::test]
async fn every_combination_of_the_service_deploys() {
    let (account, certificate) = account().await;
    // AWS WAF refuses a client that does not say what it is.
    let browser = Client::builder().user_agent("browser");
    let browser = browser.redirect(Policy::none()).build().expect("a client");
    for words in combinations(CONTAINER, &certificate) {
        let line = format!("container deploy --yes --image local/showtable {words}");
        succeeds(&account, &line).await;
        has(
            &account,
            "container",
            &parameters::<container::Flags>(&words),
        )
        .await;
        let dns = account.output("container", "LoadBalancerDNS").await;
        let expected = if words.contains("--http") { 200 } else { 301 };
        let answer = browser.get(format!("http://{dns}/ping")).send().await;
        assert_eq!(answer.expect("an answer").status(), expected, "{words}");
    }
    account.local.stop().await;
}

#[tokio::test]
async fn what_is_protected_stays_and_what_was_logged_too() {
    let (account, _) = account().await;
    let options = "--access-logs --customer-key --exec --deletion-protection";
    let line = format!("container deploy --image local/showtable {options}");
    succeeds(&account, &line).await;
    has(
        &account,
        "container",
        &parameters::<container::Flags>(options),
    )
    .await;
    let url = account.output("container", "ServiceURL").await;
    assert_eq!(get(&format!("{url}/ping?who=me")).await.status, 200);
    let bucket = account.output("container", "AccessLogBucket").await;
    let line = s3::logged(&account, &bucket, "/ping?who=me").await;
    assert!(line.contains("\"forward\""), "{line}");

    let refused = fails(&account, "container destroy --yes").await;
    assert!(
        refused.contains("task deploy-container -- --deletion-protection false"),
        "{refused}"
    );
    let elb = aws_sdk_elasticloadbalancingv2::Client::new(&account.config);
    let balancers = elb.describe_load_balancers().send().await;
    let balancers = balancers.expect("described");
    let arn = balancers.load_balancers()[0].load_balancer_arn();
    let deleted = elb
        .delete_load_balancer()
        .set_load_balancer_arn(arn.map(str::to_owned));
    let refused = deleted
        .send()
        .await
        .expect_err("refused")
        .into_service_error();
    let said = format!(
        "Load balancer '{}' cannot be deleted because deletion protection is enabled",
        arn.unwrap_or_default()
    );
    assert_eq!(refused.meta().message(), Some(said.as_str()));
    let delete = account
        .cloudformation
        .delete_stack()
        .stack_name("container");
    delete.send().await.expect("begun");
    assert_eq!(account.settled("container").await, "DELETE_FAILED");
    account.local.stop().await;
}

#[tokio::test]
async fn the_access_logs_outlive_the_stack() {
    let (account, _) = account().await;
    succeeds(
        &account,
        "container deploy --image local/showtable --access-logs",
    )
    .await;
    let bucket = account.output("container", "AccessLogBucket").await;
    // The role of the task needs no permission for the key of the table.
    let login = account.ssm.get_parameter().name("/go-on-aws/credentials");
    let login = login.with_decryption(true).send().await.expect("read");
    let login = login.parameter().and_then(|login| login.value());
    let url = account.output("container", "ServiceURL").await;
    let page = get_as(&url, "/query", login.unwrap_or_default()).await;
    assert!(
        page.status == 200 && page.text.contains("The table is empty"),
        "{}",
        page.text
    );
    let destroyed = succeeds(&account, "container destroy --yes").await;
    let said = format!("The access logs stay in the bucket {bucket}");
    assert!(destroyed.contains(&said), "{destroyed}");
    let keys = s3::keys(&account, &bucket).await;
    assert!(
        keys.iter().any(|key| key.ends_with("ELBAccessLogTestFile")),
        "{keys:?}"
    );
    account.local.stop().await;
}
