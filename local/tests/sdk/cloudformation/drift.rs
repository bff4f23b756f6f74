//! Drift, and the import of existing resources.

use aws_sdk_cloudformation::error::ProvideErrorMetadata as _;
use aws_sdk_cloudformation::types::ChangeSetType;
use e2e::Account;

use super::{NAMED, changes, value};

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
