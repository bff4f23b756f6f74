//! Drift, and the import of existing resources.

use aws_sdk_cloudformation::error::ProvideErrorMetadata as _;
use aws_sdk_cloudformation::types::ChangeSetType;
use e2e::Account;

use super::{NAMED, changes, value};
use crate::call::json;

#[tokio::test]
async fn drift_is_detected_and_reverted() {
    let account = Account::new().await;
    account.deploy("test", NAMED, &[]).await;
    let put = account
        .ssm
        .put_parameter()
        .name("/test/a")
        .value("by hand")
        .overwrite(true);
    put.send().await.unwrap();
    account
        .ssm
        .delete_parameter()
        .name("/test/a/b")
        .send()
        .await
        .unwrap();

    let detection = account
        .cloudformation
        .detect_stack_drift()
        .stack_name("test")
        .send()
        .await
        .unwrap();
    let id = detection.stack_drift_detection_id().unwrap();
    let status = account
        .cloudformation
        .describe_stack_drift_detection_status()
        .stack_drift_detection_id(id)
        .send()
        .await
        .unwrap();
    assert_eq!(status.drifted_stack_resource_count(), Some(2));
    let drifts = account
        .cloudformation
        .describe_stack_resource_drifts()
        .stack_name("test")
        .send()
        .await
        .unwrap();
    let of = |name: &str| {
        drifts
            .stack_resource_drifts()
            .iter()
            .find(|drift| drift.logical_resource_id() == Some(name))
            .unwrap()
    };
    assert_eq!(
        of("Second").stack_resource_drift_status().unwrap().as_str(),
        "DELETED"
    );
    let difference = &of("First").property_differences()[0];
    assert_eq!(
        (difference.expected_value(), difference.actual_value()),
        (Some("one"), Some("by hand"))
    );

    let revert = account
        .cloudformation
        .create_change_set()
        .stack_name("test")
        .change_set_name("test")
        .template_body(NAMED);
    let revert = revert.deployment_mode(aws_sdk_cloudformation::types::DeploymentMode::RevertDrift);
    revert.send().await.unwrap();
    let changes = changes(&account, "test").await;
    assert!(
        changes.iter().any(|change| change
            .resource_drift_status()
            .is_some_and(|status| status.as_str() == "MODIFIED")),
        "{changes:#?}"
    );
    account
        .cloudformation
        .execute_change_set()
        .stack_name("test")
        .change_set_name("test")
        .send()
        .await
        .unwrap();
    assert_eq!(account.settled("test").await, "UPDATE_COMPLETE");
    assert_eq!(value(&account, "/test/a").await.as_deref(), Some("one"));
    assert_eq!(value(&account, "/test/a/b").await.as_deref(), Some("one"));
}

#[tokio::test]
async fn an_existing_table_is_imported() {
    let account = Account::new().await;
    let key = aws_sdk_dynamodb::types::KeySchemaElement::builder()
        .attribute_name("itemID")
        .key_type("HASH".into())
        .build()
        .unwrap();
    let attribute = aws_sdk_dynamodb::types::AttributeDefinition::builder()
        .attribute_name("itemID")
        .attribute_type("S".into())
        .build()
        .unwrap();
    let create = account
        .dynamodb
        .create_table()
        .table_name("old-table")
        .key_schema(key)
        .attribute_definitions(attribute);
    create
        .billing_mode("PAY_PER_REQUEST".into())
        .send()
        .await
        .unwrap();

    let template = "Resources:\n  Table:\n    Type: AWS::DynamoDB::Table\n    DeletionPolicy: Retain\n    Properties:\n      \
                    TableName: old-table\n      BillingMode: PAY_PER_REQUEST\n      KeySchema: [{AttributeName: itemID, KeyType: HASH}]\n      \
                    AttributeDefinitions: [{AttributeName: itemID, AttributeType: S}]\n";
    let import = |name: &str| {
        let resource = aws_sdk_cloudformation::types::ResourceToImport::builder()
            .resource_type("AWS::DynamoDB::Table")
            .logical_resource_id("Table")
            .resource_identifier("TableName", name)
            .build();
        let create = account
            .cloudformation
            .create_change_set()
            .stack_name("table")
            .change_set_name("test");
        create
            .change_set_type(ChangeSetType::Import)
            .template_body(template)
            .resources_to_import(resource)
            .send()
    };
    let refused = import("no-table").await.unwrap_err();
    assert!(
        refused.message().unwrap().contains("does not exist"),
        "{refused:?}"
    );
    import("old-table").await.unwrap();
    assert_eq!(
        changes(&account, "table").await[0]
            .action()
            .unwrap()
            .as_str(),
        "Import"
    );
    account
        .cloudformation
        .execute_change_set()
        .stack_name("table")
        .change_set_name("test")
        .send()
        .await
        .unwrap();
    assert_eq!(account.settled("table").await, "IMPORT_COMPLETE");
    let grown = format!(
        "{template}  Name: {{Type: AWS::SSM::Parameter, Properties: {{Name: /name, Type: String, Value: !Ref Table}}}}\n"
    );
    assert_eq!(
        account.deploy("table", &grown, &[]).await,
        "UPDATE_COMPLETE"
    );
    assert_eq!(value(&account, "/name").await.as_deref(), Some("old-table"));
}

#[tokio::test]
async fn one_resource_is_compared() {
    let account = Account::new().await;
    account.deploy("test", NAMED, &[]).await;
    let put = account.ssm.put_parameter().name("/test/a");
    put.value("by hand").overwrite(true).send().await.unwrap();
    let detect = |id: &str| {
        let detect = account.cloudformation.detect_stack_resource_drift();
        detect.stack_name("test").logical_resource_id(id).send()
    };
    let found = detect("First").await.unwrap();
    let drift = found.stack_resource_drift().unwrap();
    assert_eq!(
        drift.stack_resource_drift_status().unwrap().as_str(),
        "MODIFIED"
    );
    assert_eq!(
        drift.property_differences()[0].actual_value(),
        Some("by hand")
    );
    let refused = detect("Third").await.unwrap_err();
    assert_eq!(
        refused.message(),
        Some("Resource Third does not exist for stack test")
    );
    let listed = account.cloudformation.list_stack_resources();
    let listed = listed.stack_name("test").send().await.unwrap();
    let statuses: Vec<&str> = listed
        .stack_resource_summaries()
        .iter()
        .map(|one| {
            let drift = one.drift_information().unwrap();
            drift.stack_resource_drift_status().unwrap().as_str()
        })
        .collect();
    assert_eq!(statuses, ["MODIFIED", "NOT_CHECKED"]);
}

#[tokio::test]
async fn a_change_by_an_action_of_the_service_is_drift() {
    let account = Account::new().await;
    let template = "Resources: {G: {Type: AWS::Logs::LogGroup, Properties: {LogGroupName: /g, RetentionInDays: 7}}}";
    account.deploy("test", template, &[]).await;
    let input = serde_json::json!({"logGroupName": "/g", "retentionInDays": 30});
    let put = json(&account, "logs", "PutRetentionPolicy", &input).await;
    assert_eq!(put.status, 200, "{}", put.text);
    let detect = account.cloudformation.detect_stack_resource_drift();
    let detect = detect.stack_name("test").logical_resource_id("G");
    let found = detect.send().await.unwrap();
    let difference = &found.stack_resource_drift().unwrap().property_differences()[0];
    assert_eq!(
        (difference.expected_value(), difference.actual_value()),
        (Some("7"), Some("30"))
    );
}

#[tokio::test]
async fn a_retained_log_group_is_imported_by_its_name() {
    let account = Account::new().await;
    let group = |policy: &str, rest: &str| {
        format!(
            "Resources:\n  G: {{Type: AWS::Logs::LogGroup, {policy}Properties: {{LogGroupName: /kept, RetentionInDays: 7}}}}\n{rest}"
        )
    };
    let retained = group("DeletionPolicy: Retain, ", "");
    account.deploy("first", &retained, &[]).await;
    let id = account
        .stack("first")
        .await
        .unwrap()
        .stack_id()
        .unwrap()
        .to_owned();
    let delete = account.cloudformation.delete_stack().stack_name("first");
    delete.send().await.unwrap();
    assert_eq!(account.settled(&id).await, "DELETE_COMPLETE");

    let rest = "  P: {Type: AWS::SSM::Parameter, Properties: {Name: /arn, Type: String, Value: !GetAtt G.Arn}}\n";
    let create = |name: &str, template: String, imports: bool| {
        let create = account
            .cloudformation
            .create_change_set()
            .stack_name("second");
        let create = create
            .change_set_name(name)
            .change_set_type(ChangeSetType::Create);
        create
            .template_body(template)
            .import_existing_resources(imports)
            .send()
    };
    let status = async |name: &str| {
        let describe = account.cloudformation.describe_change_set();
        let made = describe
            .stack_name("second")
            .change_set_name(name)
            .send()
            .await
            .unwrap();
        made.status().unwrap().as_str().to_owned()
    };
    create("plain", retained.clone(), false).await.unwrap();
    assert_eq!(status("plain").await, "FAILED", "the name is taken");
    create("deleted", group("", rest), true).await.unwrap();
    assert_eq!(
        status("deleted").await,
        "FAILED",
        "it would not be retained"
    );
    create("test", group("DeletionPolicy: Retain, ", rest), true)
        .await
        .unwrap();
    let actions: Vec<String> = changes(&account, "second")
        .await
        .iter()
        .map(|change| change.action().unwrap().as_str().to_owned())
        .collect();
    assert_eq!(actions, ["Import", "Add"]);
    let execute = account
        .cloudformation
        .execute_change_set()
        .stack_name("second");
    execute.change_set_name("test").send().await.unwrap();
    assert_eq!(account.settled("second").await, "CREATE_COMPLETE");
    let arn = value(&account, "/arn").await.unwrap();
    assert!(arn.ends_with(":log-group:/kept:*"), "{arn}");
}
