//! The secrets of a container.

use serde_json::json;

use super::{ALLOWED, Tasks, reason};
use crate::call::put_object;

const FAILED: &str = "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: ";

/// Stores a parameter and a secret. Returns the ARN of the secret.
async fn store(tasks: &Tasks) -> String {
    let template = json!({"Resources": {
        "Parameter": {"Type": "AWS::SSM::Parameter", "Properties": {"Name": "/tests/a", "Type": "String", "Value": "from ssm"}},
        "Secret": {"Type": "AWS::SecretsManager::Secret", "Properties": {"Name": "s", "SecretString": r#"{"key": "from a key"}"#}},
    }, "Outputs": {"Secret": {"Value": {"Ref": "Secret"}}}});
    let status = tasks
        .account
        .deploy("stored", &template.to_string(), &[])
        .await;
    assert_eq!(status, "CREATE_COMPLETE");
    tasks.account.output("stored", "Secret").await
}

#[tokio::test]
async fn secrets_are_variables_and_missing_ones_stop_the_task() {
    let tasks = Tasks::new().await;
    let arn = store(&tasks).await;
    let main = json!({"command": ["env", "A", "env", "B", "env", "C"], "secrets": [
        {"name": "A", "valueFrom": "/tests/a"},
        {"name": "B", "valueFrom": arn},
        {"name": "C", "valueFrom": format!("{arn}:key::")},
    ]});
    let (_, lines) = tasks.run_one(&main).await;
    assert_eq!(
        lines,
        ["A=from ssm", r#"B={"key": "from a key"}"#, "C=from a key"]
    );
    let none = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:none";
    for (from, expected) in [
        ("/tests/none", "unable to retrieve secrets from ssm: service call has been retried 1 time(s): invalid ssm parameters: /tests/none".to_owned()),
        (none, format!("unable to retrieve secret from asm: service call has been retried 1 time(s): failed to fetch secret {none} from secrets manager: ResourceNotFoundException: Secrets Manager can't find the specified secret.")),
    ] {
        let main = json!({"secrets": [{"name": "A", "valueFrom": from}]});
        let (task, _) = tasks.run_one(&main).await;
        assert_eq!(task["stoppedReason"], format!("{FAILED}{expected}"));
        assert_eq!(task["stopCode"], "TaskFailedToStart");
    }
    tasks.account.local.stop().await;
}

#[tokio::test]
async fn the_execution_role_reads_the_secrets() {
    let denied = |without: &'static str| {
        let allowed: Vec<_> = ALLOWED.into_iter().filter(|one| *one != without).collect();
        async move {
            let tasks = Tasks::allowing(&allowed).await;
            let arn = store(&tasks).await;
            let from = if without.starts_with("ssm") {
                "/tests/a"
            } else {
                &*arn
            };
            let main = json!({"secrets": [{"name": "A", "valueFrom": from}]});
            let (task, _) = tasks.run_one(&main).await;
            tasks.account.local.stop().await;
            assert_eq!(reason(&task, "main"), "");
            task["stoppedReason"].as_str().unwrap().to_owned()
        }
    };
    for action in ["ssm:GetParameters", "secretsmanager:GetSecretValue"] {
        let said = denied(action).await;
        assert!(said.starts_with(FAILED), "{said}");
        let expected = format!("is not authorized to perform: {action} on resource: ");
        assert!(said.contains(&expected), "{said}");
    }
}

/// Stores a secret and a parameter under a key of the account. Returns the ARN of the secret.
async fn store_under_key(tasks: &Tasks) -> String {
    let template = json!({"Resources": {
        "Key": {"Type": "AWS::KMS::Key", "Properties": {}},
        "Secret": {"Type": "AWS::SecretsManager::Secret", "Properties": {"Name": "k", "SecretString": "v", "KmsKeyId": {"Ref": "Key"}}},
    }, "Outputs": {"Secret": {"Value": {"Ref": "Secret"}}, "Key": {"Value": {"Ref": "Key"}}}});
    let status = tasks
        .account
        .deploy("stored", &template.to_string(), &[])
        .await;
    assert_eq!(status, "CREATE_COMPLETE");
    let key = tasks.account.output("stored", "Key").await;
    let put = tasks
        .account
        .ssm
        .put_parameter()
        .name("/tests/k")
        .value("p");
    let secret = aws_sdk_ssm::types::ParameterType::SecureString;
    put.r#type(secret).key_id(key).send().await.unwrap();
    tasks.account.output("stored", "Secret").await
}

#[tokio::test]
async fn the_execution_role_decrypts_with_the_key_of_a_secret() {
    let tasks = Tasks::new().await;
    let arn = store_under_key(&tasks).await;
    let stored = format!(
        "unable to retrieve secret from asm: service call has been retried 1 time(s): failed to fetch secret {arn} from secrets manager: AccessDeniedException: Access to KMS is not allowed status code: 400, request id: "
    );
    let denied = "unable to retrieve secrets from ssm: service call has been retried 1 time(s): AccessDeniedException: User: arn:aws:sts::123456789012:assumed-role/execution/";
    for (from, expected) in [(arn.as_str(), stored.as_str()), ("/tests/k", denied)] {
        let main = json!({"secrets": [{"name": "A", "valueFrom": from}]});
        let (task, _) = tasks.run_one(&main).await;
        let reason = task["stoppedReason"].as_str().unwrap();
        assert!(
            reason.starts_with(&format!("{FAILED}{expected}")),
            "{reason}"
        );
    }
    tasks.account.local.stop().await;

    let mut allowed = ALLOWED.to_vec();
    allowed.push("kms:Decrypt");
    let tasks = Tasks::allowing(&allowed).await;
    let arn = store_under_key(&tasks).await;
    let main = json!({"command": ["env", "A", "env", "B"], "secrets": [
        {"name": "A", "valueFrom": arn}, {"name": "B", "valueFrom": "/tests/k"},
    ]});
    let (_, lines) = tasks.run_one(&main).await;
    assert_eq!(lines, ["A=v", "B=p"]);
    tasks.account.local.stop().await;
}

#[tokio::test]
async fn environment_files_are_variables_that_the_execution_role_reads() {
    const FAILED: &str = "ResourceInitializationError: failed to download env files: file download command: non empty error stream: ";
    let bucket = json!({"Resources": {"Bucket": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "files"}}}});
    let reads = ["s3:GetObject", "s3:GetBucketLocation"];
    let allowed: Vec<_> = ALLOWED.into_iter().chain(reads).collect();
    let file = |name: &str| json!({"value": format!("arn:aws:s3:::files/{name}"), "type": "s3"});
    for (allowed, expected) in [(&allowed[..], None), (&ALLOWED[..], Some("AccessDenied"))] {
        let tasks = Tasks::allowing(allowed).await;
        let account = &tasks.account;
        let status = account.deploy("files", &bucket.to_string(), &[]).await;
        assert_eq!(status, "CREATE_COMPLETE");
        put_object(account, "files", "one.env", "# mine\nA=one\nB=b c\nC=\n").await;
        put_object(account, "files", "two.env", "A=two\nD=two\n").await;
        let main = json!({
            "command": ["env", "A", "env", "B", "env", "D"],
            "environment": [{"name": "D", "value": "defined"}],
            "environmentFiles": [file("one.env"), file("two.env")],
        });
        let (task, lines) = tasks.run_one(&main).await;
        let Some(expected) = expected else {
            assert_eq!(lines, ["A=one", "B=b c", "D=defined"], "{task}");
            let (task, _) = tasks
                .run_one(&json!({"environmentFiles": [file("none.env")]}))
                .await;
            let said = task["stoppedReason"].as_str().unwrap();
            assert!(said.starts_with(&format!("{FAILED}NoSuchKey")), "{said}");
            continue;
        };
        let said = task["stoppedReason"].as_str().unwrap();
        assert!(said.starts_with(&format!("{FAILED}{expected}")), "{said}");
    }
}
