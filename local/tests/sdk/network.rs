//! The network is enforced: what it does not let through does not arrive, and `explain` says why.

use std::fmt::Write as _;
use std::time::Duration;

use e2e::http::{Answer, get, get_as};
use e2e::{Account, until};

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

/// The policy of the table denies the app what its own role allows.
#[tokio::test]
async fn explain_names_the_statement_of_a_policy_of_a_resource() {
    let account = Account::new().await;
    let demo = account.local.deploy().await.unwrap();
    let iam = "arn:aws:iam::123456789012";
    let table = account.output("table", "TableArn").await;
    let policy = format!(
        r#"{{"Version": "2012-10-17", "Statement": [{{"Sid": "NoScan", "Effect": "Deny", "Principal": "*", "Action": "dynamodb:Scan", "Resource": "*", "Condition": {{"ArnNotEquals": {{"aws:PrincipalArn": "{iam}:user/local"}}}}}}]}}"#
    );
    let put = account.dynamodb.put_resource_policy().resource_arn(&table);
    put.policy(policy).send().await.unwrap();
    let explained = until("the app to be denied", async || {
        get_as(&demo.url, "/query", "go-on-aws:hugo2021").await;
        let answer = explain(&account, "task", "dynamodb").await;
        (answer.status != 200 || !answer.text.contains("It gets through")).then_some(answer.text)
    })
    .await;
    let why = format!("A statement of the policy of {table} denies dynamodb:Scan on {table}.");
    assert!(explained.contains(&why), "{explained}");
    let remedy = format!("Change the statement NoScan of the policy of {table}.");
    assert!(explained.contains(&remedy), "{explained}");
    account.local.stop().await;
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
    let (_, role) = path.text.split_once("Task role ").unwrap();
    let (role, _) = role.split_once(' ').unwrap();
    assert_eq!(
        without_ids(&path.text.replace(&service, "SERVICE").replace(role, "ROLE")),
        "task of SERVICE in subnet (PrivateSubnet1 of vpc) -> dynamodb, TCP 443\n\n  \
         ✓ Security group sg (TaskSecurityGroup of container) lets TCP 443 out to 0.0.0.0/0.\n  \
         ✓ Route table rtb (PrivateRouteTable1 of vpc) of subnet (PrivateSubnet1 of vpc) sends it to vpce (DynamoDbEndpoint of vpc).\n  \
         ✓ Gateway endpoint vpce (DynamoDbEndpoint of vpc) leads to the service.\n  \
         ✓ Task role ROLE (TaskRole of container) allows dynamodb:DescribeTable, dynamodb:GetItem, dynamodb:Scan.\n\n\
         It gets through.\n"
    );
    for (to, words) in [
        ("dynamodb:Scan", "allows dynamodb:Scan.\n\nIt gets through."),
        ("dynamodb:PutItem", "It is stopped. Add a statement to role"),
        ("sns", "(TaskRole of container) allows an action of sns."),
        ("dynamodb:Scam", "IAM knows no action dynamodb:Scam"),
        (
            "logs",
            "(ExecutionRole of container) allows logs:CreateLogStream, logs:PutLogEvents.",
        ),
    ] {
        let answer = explain(&account, "task", to).await;
        assert!(answer.text.contains(words), "{to}: {}", answer.text);
    }
    let wrong = explain(&account, "internet", "dynamodb:Scan").await;
    assert_eq!(
        wrong.text,
        "internet has no role: only a task can be asked for an action\n"
    );
    let wrong = explain(&account, "task", "dynamo").await;
    assert_eq!(wrong.status, 400);
    assert!(
        wrong
            .text
            .starts_with("nothing is called dynamo: choose one of "),
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
        "CidrIp: !If [IsRestricted, !Ref AWS::NoValue, 0.0.0.0/0]",
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

/// A template without some of its resources, and without the mentions of them in `DependsOn`.
fn without(template: &str, resources: &[&str]) -> String {
    let mut kept = String::new();
    let mut skipping = false;
    for line in template.lines() {
        let indentation = line.len() - line.trim_start().len();
        if indentation <= 2 && !line.trim().is_empty() {
            skipping = resources.iter().any(|name| line == format!("  {name}:"));
        }
        let item = line.trim().trim_start_matches("- ");
        let mention = item.trim_start_matches("DependsOn: ");
        if skipping || (mention != line && resources.contains(&mention)) {
            continue;
        }
        kept.push_str(line);
        kept.push('\n');
    }
    for name in resources {
        kept = kept
            .replace(&format!("[{name}, "), "[")
            .replace(&format!(", {name}]"), "]");
        let mentions = kept.matches(&format!("Ref {name}")).count();
        assert_eq!(mentions, 0, "{name} is still used");
    }
    kept
}

#[tokio::test]
async fn a_nat_gateway_needs_an_attached_internet_gateway() {
    let account = Account::new().await;
    let template = without(
        vpc::STACK.template,
        &["InternetGatewayAttachment", "PublicDefaultRoute"],
    );
    assert_eq!(
        account.deploy("vpc", &template, &[]).await,
        "ROLLBACK_COMPLETE"
    );
    let events = account
        .cloudformation
        .describe_stack_events()
        .stack_name("vpc")
        .send()
        .await
        .unwrap();
    let reasons: Vec<&str> = events
        .stack_events()
        .iter()
        .filter_map(|event| event.resource_status_reason())
        .collect();
    assert!(
        reasons
            .iter()
            .any(|reason| reason.contains("has no Internet gateway attached")),
        "{reasons:?}"
    );
    account.local.stop().await;
}

const ROLE: &str = "
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: '2012-10-17'
        Statement:
          - Effect: Allow
            Principal: {AWS: !Ref AWS::AccountId}
            Action: sts:AssumeRole
      ManagedPolicyArns: ['arn:aws:iam::aws:policy/ReadOnlyAccess']
Outputs:
  Arn: {Value: !GetAtt Role.Arn}
";

#[tokio::test]
async fn a_task_with_credentials_of_its_own_has_the_network_of_a_task() {
    let account = Account::new().await;
    let demo = account.local.deploy().await.unwrap();
    let page = async || {
        let page = get_as(&demo.url, "/query", "go-on-aws:hugo2021");
        tokio::time::timeout(Duration::from_secs(2), page).await
    };
    let status = account.deploy("role", ROLE, &[]).await;
    assert_eq!(status, "CREATE_COMPLETE");
    let role = account.output("role", "Arn").await;
    let sts = aws_sdk_sts::Client::new(&account.config);
    let session = sts.assume_role().role_arn(role).role_session_name("mine");
    let keys = session.send().await.unwrap().credentials.unwrap();
    let mut environment = "          Environment:\n".to_owned();
    for (name, value) in [
        ("AWS_ACCESS_KEY_ID", &keys.access_key_id),
        ("AWS_SECRET_ACCESS_KEY", &keys.secret_access_key),
        ("AWS_SESSION_TOKEN", &keys.session_token),
    ] {
        let _ = writeln!(
            environment,
            "            - {{Name: {name}, Value: '{value}'}}"
        );
    }
    let template = container::STACK.template;
    let keys = edited(template, "          Environment:\n", &environment);
    let image = [("Image", "local/showtable")];
    let status = account.deploy("container", &keys, &image).await;
    assert_eq!(status, "UPDATE_COMPLETE");
    assert_eq!(page().await.unwrap().status, 200);
    let closed = without(
        vpc::STACK.template,
        &[
            "DynamoDbEndpoint",
            "PrivateDefaultRoute1",
            "PrivateDefaultRoute2",
        ],
    );
    assert_eq!(account.deploy("vpc", &closed, &[]).await, "UPDATE_COMPLETE");
    let waiting = page().await;
    assert!(waiting.is_err(), "{waiting:?}");
    account.local.stop().await;
}
