//! KMS, Secrets Manager, SNS, budgets: from templates and by their actions.

use e2e::Account;
use serde_json::{Value, json};

use crate::call::{get_s3, json as call, query, query_in};

const TEMPLATE: &str = "
Resources:
  Key:
    Type: AWS::KMS::Key
    Properties: {Description: mine, EnableKeyRotation: true}
  Alias:
    Type: AWS::KMS::Alias
    Properties: {AliasName: alias/mine, TargetKeyId: !Ref Key}
  Secret:
    Type: AWS::SecretsManager::Secret
    Properties:
      Name: mine
      KmsKeyId: !Ref Key
      GenerateSecretString:
        SecretStringTemplate: '{\"user\": \"me\"}'
        GenerateStringKey: password
        PasswordLength: 20
        ExcludePunctuation: true
  Topic:
    Type: AWS::SNS::Topic
    Properties:
      TopicName: mine
      Subscription: [{Protocol: email, Endpoint: me@example.com}]
  Subscription:
    Type: AWS::SNS::Subscription
    Properties: {TopicArn: !Ref Topic, Protocol: https, Endpoint: 'https://example.com/'}
  TopicPolicy:
    Type: AWS::SNS::TopicPolicy
    Properties:
      Topics: [!Ref Topic]
      PolicyDocument:
        Version: '2012-10-17'
        Statement:
          - Effect: Allow
            Principal: {Service: budgets.amazonaws.com}
            Action: sns:Publish
            Resource: !Ref Topic
  Budget:
    Type: AWS::Budgets::Budget
    Properties:
      Budget:
        BudgetName: mine
        BudgetType: COST
        TimeUnit: MONTHLY
        BudgetLimit: {Amount: 10, Unit: USD}
  Provider:
    Type: AWS::IAM::OIDCProvider
    Properties:
      Url: https://token.actions.githubusercontent.com
      ClientIdList: [sts.amazonaws.com]
Outputs:
  KeyArn: {Value: !GetAtt Key.Arn}
  Provider: {Value: !GetAtt Provider.Arn}
  TopicName: {Value: !GetAtt Topic.TopicName}
";

async fn deployed() -> Account {
    let account = Account::new().await;
    let status = account.deploy("mine", TEMPLATE, &[]).await;
    assert_eq!(status, "CREATE_COMPLETE");
    account
}

#[tokio::test]
async fn a_key_encrypts_and_what_it_encrypted_can_only_be_read_with_it() {
    let account = deployed().await;
    let context = json!({"stage": "test"});
    let input =
        json!({"KeyId": "alias/mine", "Plaintext": "c2VjcmV0", "EncryptionContext": context});
    let text = call(&account, "kms", "Encrypt", &input).await.output()["CiphertextBlob"].clone();
    let input = json!({"CiphertextBlob": text, "EncryptionContext": context});
    let plain = call(&account, "kms", "Decrypt", &input).await.output();
    assert_eq!(plain["Plaintext"], "c2VjcmV0");
    let without = json!({"CiphertextBlob": text});
    let (code, _) = call(&account, "kms", "Decrypt", &without).await.error();
    assert_eq!(code, "InvalidCiphertextException");

    let named = json!({"KeyId": "alias/mine"});
    let shown = call(&account, "kms", "DescribeKey", &named).await.output();
    assert_eq!(shown["KeyMetadata"]["KeyState"], "Enabled");
    let rotation = call(&account, "kms", "GetKeyRotationStatus", &named)
        .await
        .output();
    assert_eq!(rotation["KeyRotationEnabled"], true);
    let key = shown["KeyMetadata"]["KeyId"].clone();
    let delete = account.cloudformation.delete_stack().stack_name("mine");
    delete.send().await.expect("its deletion begins");
    e2e::until("the stack to be gone", async || {
        account.stack("mine").await.is_none().then_some(())
    })
    .await;
    let gone = call(&account, "kms", "DescribeKey", &json!({"KeyId": key}))
        .await
        .output();
    assert_eq!(gone["KeyMetadata"]["KeyState"], "PendingDeletion");
    let (code, message) = call(&account, "kms", "DescribeKey", &named).await.error();
    assert_eq!(code, "NotFoundException");
    assert!(message.ends_with("alias/mine is not found."), "{message}");
    account.local.stop().await;
}

#[tokio::test]
async fn a_secret_has_a_generated_password_and_versions() {
    let account = deployed().await;
    let named = json!({"SecretId": "mine"});
    let call =
        async |action: &str, input: &Value| call(&account, "secretsmanager", action, input).await;
    let first = call("GetSecretValue", &named).await.output();
    let text: Value = serde_json::from_str(first["SecretString"].as_str().unwrap()).unwrap();
    assert_eq!(text["user"], "me");
    assert_eq!(text["password"].as_str().unwrap().len(), 20);
    let put = json!({"SecretId": first["ARN"], "SecretString": "two"});
    call("PutSecretValue", &put).await.output();
    assert_eq!(
        call("GetSecretValue", &named).await.output()["SecretString"],
        "two"
    );
    let previous = json!({"SecretId": "mine", "VersionStage": "AWSPREVIOUS"});
    let previous = call("GetSecretValue", &previous).await.output();
    assert_eq!(previous["VersionId"], first["VersionId"]);
    let listed = call(
        "ListSecrets",
        &json!({"Filters": [{"Key": "name", "Values": ["mi"]}]}),
    )
    .await;
    assert_eq!(listed.output()["SecretList"][0]["Name"], "mine");
    call("DeleteSecret", &named).await.output();
    let (code, message) = call("GetSecretValue", &named).await.error();
    assert_eq!(code, "InvalidRequestException");
    assert!(message.contains("marked for deletion"), "{message}");
    let rotate = call("RotateSecret", &named).await;
    assert_eq!(rotate.status, 501);
    assert!(rotate.error().1.contains("RotateSecret"));
    account.local.stop().await;
}

#[tokio::test]
async fn topics_budgets_and_providers_are_kept_and_shown() {
    let account = deployed().await;
    let arn = "arn:aws:sns:eu-central-1:123456789012:mine";
    let topics = query(&account, "sns", "Action=ListTopics").await.text;
    assert!(
        topics.contains(&format!("<TopicArn>{arn}</TopicArn>")),
        "{topics}"
    );
    let form = format!("Action=GetTopicAttributes&TopicArn={arn}");
    let attributes = query(&account, "sns", &form).await.text;
    for expected in [
        "<Attributes><entry><key>DisplayName</key>",
        "<key>SubscriptionsPending</key><value>2</value>",
        "budgets.amazonaws.com",
    ] {
        assert!(attributes.contains(expected), "{expected}: {attributes}");
    }
    let form = format!("Action=Publish&TopicArn={arn}&Subject=hello&Message=world");
    let sent = query(&account, "sns", &form).await;
    assert!(sent.text.contains("<MessageId>"), "{}", sent.text);
    let none = query(
        &account,
        "sns",
        "Action=Publish&TopicArn=arn:none&Message=x",
    )
    .await;
    assert_eq!(none.status, 404);
    assert!(none.text.contains("<Code>NotFound</Code>"), "{}", none.text);

    let input = json!({"AccountId": "123456789012"});
    let budgets = call(&account, "budgets", "DescribeBudgets", &input)
        .await
        .output();
    assert_eq!(budgets["Budgets"][0]["BudgetName"], "mine");
    let outputs = account.stack("mine").await.unwrap().outputs().to_vec();
    let provider = outputs
        .iter()
        .find(|one| one.output_key() == Some("Provider"));
    assert_eq!(
        provider.unwrap().output_value().unwrap(),
        "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com"
    );
    account.local.stop().await;
}

#[tokio::test]
async fn a_refusal_has_the_protocol_of_its_service() {
    let account = Account::new().await;
    let other = query_in(&account, "us-east-1", "cloudformation", "Action=ListStacks").await;
    assert_eq!(other.status, 403);
    assert!(
        other.text.contains("<Code>SignatureDoesNotMatch</Code>"),
        "{}",
        other.text
    );
    let other = query_in(&account, "us-east-1", "ec2", "Action=DescribeVpcs").await;
    assert!(
        other
            .text
            .starts_with("<Response><Errors><Error><Code>AuthFailure"),
        "{}",
        other.text
    );
    let unknown = call(&account, "lambda", "ListFunctions", &json!({})).await;
    assert_eq!(unknown.status, 501);
    assert!(
        unknown.text.contains("does not do the service lambda yet"),
        "{}",
        unknown.text
    );
    let (code, _) = call(&account, "ssm", "GetParametre", &json!({}))
        .await
        .error();
    assert_eq!(code, "UnknownOperationException");
    let (code, message) = call(
        &account,
        "ssm",
        "SendCommand",
        &json!({"DocumentName": "AWS-RunShellScript"}),
    )
    .await
    .error();
    assert_eq!(code, "NotImplemented");
    assert!(message.contains("SendCommand of SSM"), "{message}");
    let wrong = query(&account, "cloudformation", "Action=DescribeStacs").await;
    assert!(
        wrong
            .text
            .contains("Could not find operation DescribeStacs for version 2010-05-15"),
        "{}",
        wrong.text
    );
    let wrong = query(
        &account,
        "cloudformation",
        "Action=CreateStack&StackName=a&ResourceTypes.member.1=AWS::*",
    )
    .await;
    assert!(
        wrong
            .text
            .contains("does not do the member ResourceTypes yet"),
        "{}",
        wrong.text
    );
    account.local.stop().await;
}

#[tokio::test]
async fn what_an_account_never_has_is_an_empty_list_unless_it_is_named() {
    let account = deployed().await;
    for (service, form, list) in [
        (
            "ec2",
            "Action=DescribeInstances&Version=2016-11-15",
            "reservationSet",
        ),
        (
            "ec2",
            "Action=DescribeVolumes&Version=2016-11-15&MaxResults=5",
            "volumeSet",
        ),
        ("iam", "Action=ListUsers&Version=2010-05-08", "Users"),
        (
            "cloudformation",
            "Action=ListStackSets&Version=2010-05-15&Status=ACTIVE",
            "Summaries",
        ),
    ] {
        let answer = query(&account, service, form).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        assert!(answer.text.contains(list), "{}", answer.text);
    }
    let named = "Action=DescribeInstances&Version=2016-11-15&InstanceId.1=i-0123456789abcdef0";
    let named = query(&account, "ec2", named).await;
    assert!(named.text.contains("NotImplemented"), "{}", named.text);
    let tasks = call(
        &account,
        "logs",
        "DescribeExportTasks",
        &json!({"limit": 5}),
    )
    .await;
    assert_eq!(tasks.output(), json!({"exportTasks": []}));

    let form = "Action=ListOpenIDConnectProviders&Version=2010-05-08";
    let providers = query(&account, "iam", form).await.text;
    let arn = account.output("mine", "Provider").await;
    assert!(
        providers.contains(&format!("<Arn>{arn}</Arn>")),
        "{providers}"
    );
    let form = format!(
        "Action=GetOpenIDConnectProvider&Version=2010-05-08&OpenIDConnectProviderArn={arn}"
    );
    let provider = query(&account, "iam", &form).await.text;
    assert!(provider.contains("sts.amazonaws.com"), "{provider}");
}

#[tokio::test]
async fn the_parts_of_a_bucket_that_no_action_changes_can_be_read() {
    const BUCKETS: &str = "
Resources:
  Logs:
    Type: AWS::S3::Bucket
    Properties: {BucketName: logs-of-mine}
  Bucket:
    Type: AWS::S3::Bucket
    Properties:
      BucketName: bucket-of-mine
      LoggingConfiguration: {DestinationBucketName: !Ref Logs, LogFilePrefix: mine/}
      OwnershipControls: {Rules: [{ObjectOwnership: BucketOwnerPreferred}]}
      LifecycleConfiguration: {Rules: [{Status: Enabled, ExpirationInDays: 3}]}
";
    let account = Account::new().await;
    let status = account.deploy("buckets", BUCKETS, &[]).await;
    assert_eq!(status, "CREATE_COMPLETE");
    for (path, status, words) in [
        (
            "bucket-of-mine?logging",
            200,
            "<TargetBucket>logs-of-mine</TargetBucket>",
        ),
        ("logs-of-mine?logging", 200, "BucketLoggingStatus"),
        (
            "bucket-of-mine?ownershipControls",
            200,
            "BucketOwnerPreferred",
        ),
        ("logs-of-mine?ownershipControls", 200, "BucketOwnerEnforced"),
        ("logs-of-mine?acl", 200, "FULL_CONTROL"),
        (
            "logs-of-mine?notification",
            200,
            "NotificationConfiguration",
        ),
        ("logs-of-mine?cors", 404, "NoSuchCORSConfiguration"),
        (
            "logs-of-mine?lifecycle",
            404,
            "NoSuchLifecycleConfiguration",
        ),
        ("bucket-of-mine?lifecycle", 501, "NotImplemented"),
        ("logs-of-mine?policyStatus", 404, "NoSuchBucketPolicy"),
        ("logs-of-mine?website", 404, "NoSuchWebsiteConfiguration"),
        ("none-of-mine?acl", 404, "NoSuchBucket"),
    ] {
        let answer = get_s3(&account, path).await;
        assert_eq!(answer.status, status, "{path}: {}", answer.text);
        assert!(answer.text.contains(words), "{path}: {}", answer.text);
    }
}

#[tokio::test]
async fn the_contributor_insights_of_a_table_are_those_of_its_template() {
    const TABLE: &str = "
Resources:
  Table:
    Type: AWS::DynamoDB::Table
    Properties:
      TableName: insights
      BillingMode: PAY_PER_REQUEST
      AttributeDefinitions: [{AttributeName: id, AttributeType: S}, {AttributeName: g, AttributeType: S}]
      KeySchema: [{AttributeName: id, KeyType: HASH}]
      ContributorInsightsSpecification: {Enabled: true, Mode: THROTTLED_KEYS}
      GlobalSecondaryIndexes:
        - IndexName: by-g
          KeySchema: [{AttributeName: g, KeyType: HASH}]
          Projection: {ProjectionType: ALL}
";
    let account = Account::new().await;
    let status = account.deploy("insights", TABLE, &[]).await;
    assert_eq!(status, "CREATE_COMPLETE");
    let described = async |input: Value| {
        call(&account, "dynamodb", "DescribeContributorInsights", &input).await
    };
    let own = described(json!({"TableName": "insights"})).await.output();
    assert_eq!(own["ContributorInsightsStatus"], "ENABLED");
    assert_eq!(own["ContributorInsightsMode"], "THROTTLED_KEYS");
    let index = described(json!({"TableName": "insights", "IndexName": "by-g"})).await;
    assert_eq!(index.output()["ContributorInsightsStatus"], "DISABLED");
    let none = described(json!({"TableName": "none"})).await;
    assert!(
        none.error().0.ends_with("NotFoundException"),
        "{}",
        none.text
    );
    let exports = call(&account, "dynamodb", "ListExports", &json!({})).await;
    assert_eq!(exports.output(), json!({"ExportSummaries": []}));
}
