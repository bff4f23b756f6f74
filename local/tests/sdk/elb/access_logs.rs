//! Access logs of load balancers.

use aws_sdk_elasticloadbalancingv2::types::LoadBalancerAttribute;
use e2e::s3;

use super::{Setup, forward, message};

/// Buckets that admit ELB, and some that do not.
const BUCKETS: &str = "
Resources:
  Logs: {Type: 'AWS::S3::Bucket', Properties: {BucketName: logs-of-mine}}
  LogsPolicy:
    Type: AWS::S3::BucketPolicy
    Properties:
      Bucket: !Ref Logs
      PolicyDocument:
        Version: '2012-10-17'
        Statement:
          - {Effect: Allow, Principal: {Service: logdelivery.elasticloadbalancing.amazonaws.com}, Action: 's3:PutObject', Resource: !Sub '${Logs.Arn}/web/AWSLogs/${AWS::AccountId}/*'}
          - {Effect: Deny, Principal: '*', Action: 's3:*', Resource: !Sub '${Logs.Arn}/*', Condition: {Bool: {'aws:SecureTransport': 'false'}}}
  Older: {Type: 'AWS::S3::Bucket', Properties: {BucketName: older-of-mine}}
  OlderPolicy:
    Type: AWS::S3::BucketPolicy
    Properties:
      Bucket: !Ref Older
      PolicyDocument:
        Version: '2012-10-17'
        Statement:
          - {Effect: Allow, Principal: {AWS: 'arn:aws:iam::054676820928:root'}, Action: 's3:PutObject', Resource: !Sub '${Older.Arn}/AWSLogs/${AWS::AccountId}/*'}
  Closed: {Type: 'AWS::S3::Bucket', Properties: {BucketName: closed-of-mine}}
  Encrypted:
    Type: AWS::S3::Bucket
    Properties:
      BucketName: encrypted-of-mine
      BucketEncryption: {ServerSideEncryptionConfiguration: [{ServerSideEncryptionByDefault: {SSEAlgorithm: 'aws:kms'}}]}
  EncryptedPolicy:
    Type: AWS::S3::BucketPolicy
    Properties:
      Bucket: !Ref Encrypted
      PolicyDocument:
        Version: '2012-10-17'
        Statement:
          - {Effect: Allow, Principal: {Service: logdelivery.elasticloadbalancing.amazonaws.com}, Action: 's3:PutObject', Resource: !Sub '${Encrypted.Arn}/*'}
";

async fn set(setup: &Setup, attributes: &[(&str, &str)]) -> Result<(), String> {
    let attributes = attributes.iter().map(|(key, value)| {
        LoadBalancerAttribute::builder()
            .key(*key)
            .value(*value)
            .build()
    });
    let modify = setup.elb.modify_load_balancer_attributes();
    let modify = modify.load_balancer_arn(&setup.balancer);
    let modified = modify
        .set_attributes(Some(attributes.collect()))
        .send()
        .await;
    modified
        .map(drop)
        .map_err(|err| message(&err.into_service_error()))
}

async fn log_to(setup: &Setup, bucket: &str, prefix: &str) -> Result<(), String> {
    let on = [
        ("access_logs.s3.enabled", "true"),
        ("access_logs.s3.bucket", bucket),
        ("access_logs.s3.prefix", prefix),
    ];
    set(setup, &on).await
}

async fn setup() -> Setup {
    let setup = Setup::new().await;
    let deployed = setup.account.deploy("buckets", BUCKETS, &[]).await;
    assert_eq!(deployed, "CREATE_COMPLETE");
    setup
}

#[tokio::test]
async fn a_bucket_that_does_not_admit_elb_is_refused() {
    let setup = setup().await;
    for (bucket, prefix) in [
        ("none-of-mine", ""),
        ("closed-of-mine", ""),
        ("encrypted-of-mine", ""),
        // The policy admits the prefix web only.
        ("logs-of-mine", ""),
        ("older-of-mine", "web"),
    ] {
        let refused = log_to(&setup, bucket, prefix).await.expect_err(bucket);
        assert_eq!(
            refused,
            format!(
                "InvalidConfigurationRequest: Access Denied for bucket: {bucket}. Please check S3bucket permission"
            )
        );
        assert_eq!(s3::keys(&setup.account, bucket).await, Vec::<String>::new());
    }
    log_to(&setup, "older-of-mine", "").await.expect("admitted");
    let keys = s3::keys(&setup.account, "older-of-mine").await;
    assert_eq!(keys, ["AWSLogs/123456789012/ELBAccessLogTestFile"]);
    let (_, test) = s3::get(&setup.account, &format!("older-of-mine/{}", keys[0])).await;
    let test = String::from_utf8(test).expect("text");
    assert!(
        test.starts_with("Enable AccessLog for ELB: app/web/"),
        "{test}"
    );
    setup.account.local.stop().await;
}

#[tokio::test]
async fn each_request_is_a_line_in_the_bucket() {
    let setup = setup().await;
    let group = setup.group("blue").await;
    setup.listener(80, forward(&group)).await;
    setup.until_status("/", 200).await;
    log_to(&setup, "logs-of-mine", "web")
        .await
        .expect("admitted");
    let answer = e2e::http::get(&setup.url("/items?page=2")).await;
    assert_eq!(answer.status, 200);
    let account = &setup.account;
    let line = s3::logged(account, "logs-of-mine", "/items?page=2").await;
    let (head, rest) = line.split_once(" \"GET ").expect("a request");
    let head: Vec<&str> = head.split(' ').collect();
    assert_eq!(head.len(), 12, "{line}");
    assert_eq!(head[0], "http");
    assert!(head[2].starts_with("app/web/"), "{line}");
    assert!(
        head[3].starts_with("127.0.0.1:") && head[4].starts_with("127.0.0.1:"),
        "{line}"
    );
    assert_eq!(head[8..10], ["200", "200"]);
    let sent: usize = head[11].parse().expect("a number");
    assert!(
        sent > answer.text.len() && sent < answer.text.len() + 400,
        "{line}"
    );
    assert!(
        rest.starts_with("http://127.0.0.1:80/items?page=2 HTTP/1.1\" \"-\" - - arn:aws:"),
        "{line}"
    );
    let root = answer
        .text
        .split_once("x-amzn-trace-id: ")
        .expect("a trace")
        .1;
    let root = root.lines().next().expect("a line");
    assert!(
        rest.contains(&format!(" \"{root}\" \"-\" \"-\" 0 ")),
        "{line}"
    );
    assert!(
        rest.contains(&format!(
            "Z \"forward\" \"-\" \"-\" \"{}\" \"200\" \"-\" \"-\" TID_",
            head[4]
        )),
        "{line}"
    );

    let keys = s3::keys(account, "logs-of-mine").await;
    assert!(
        keys.iter().any(|key| key
            .starts_with("web/AWSLogs/123456789012/elasticloadbalancing/eu-central-1/20")
            && key.contains("/123456789012_elasticloadbalancing_eu-central-1_app.web.")),
        "{keys:?}"
    );
    // Off is off: the next request is in no file, though its line would come before that of the one after it.
    set(&setup, &[("access_logs.s3.enabled", "false")])
        .await
        .expect("off");
    e2e::http::get(&setup.url("/unseen")).await;
    log_to(&setup, "logs-of-mine", "web").await.expect("on");
    e2e::http::get(&setup.url("/seen")).await;
    s3::logged(account, "logs-of-mine", "/seen ").await;
    let lines = s3::access_log(account, "logs-of-mine").await;
    assert!(
        !lines.iter().any(|line| line.contains("/unseen")),
        "{lines:?}"
    );
    setup.account.local.stop().await;
}
