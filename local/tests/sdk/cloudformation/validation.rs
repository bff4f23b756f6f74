//! Pre-deployment validation: what is found before anything is created.

use aws_sdk_cloudformation::types::{
    ChangeSetStatus, ChangeSetType, EventFilter, EventType, OnFailure, OperationEvent,
    OperationType,
};
use e2e::Account;

use super::events;

const GOOD: &str = "Resources:
  Store: {Type: AWS::SSM::Parameter, Properties: {Name: /store, Type: String, Value: x}}
";

/// Five mistakes in three resources.
const WRONG: &str = "Resources:
  Network: {Type: AWS::EC2::VPC, Properties: {CidrBlok: 10.0.0.0/16, EnableDnsSupport: perhaps}}
  Subnet: {Type: AWS::EC2::Subnet, Properties: {CidrBlock: !GetAtt Network.CidrBlock}}
  Table:
    Type: AWS::DynamoDB::Table
    Properties:
      BillingMode: FREE
      KeySchema: [{AttributeName: id}]
";

async fn create_change_set(account: &Account, template: &str, kind: ChangeSetType) {
    account
        .cloudformation
        .create_change_set()
        .stack_name("test")
        .change_set_name("test")
        .change_set_type(kind)
        .template_body(template)
        .send()
        .await
        .unwrap();
}

/// The status and the reason of the change set.
async fn change_set(account: &Account) -> (ChangeSetStatus, String) {
    let made = account
        .cloudformation
        .describe_change_set()
        .stack_name("test")
        .change_set_name("test")
        .send()
        .await
        .unwrap();
    let reason = made.status_reason().unwrap_or_default().to_owned();
    (made.status().unwrap().clone(), reason)
}

/// The places and reasons of the events of a validation, in the order of their places.
fn findings(events: &[OperationEvent]) -> Vec<(&str, &str)> {
    let found = events
        .iter()
        .filter(|event| event.event_type() == Some(&EventType::ValidationError));
    let mut found: Vec<_> = found
        .map(|event| {
            assert_eq!(event.validation_failure_mode().unwrap().as_str(), "FAIL");
            assert_eq!(event.validation_status().unwrap().as_str(), "FAILED");
            let path = event.validation_path().unwrap();
            assert!(path.starts_with(&format!(
                "/Resources/{}",
                event.logical_resource_id().unwrap()
            )));
            (path, event.validation_status_reason().unwrap())
        })
        .collect();
    found.sort_unstable();
    found
}

fn wrong() -> [(&'static str, &'static str); 5] {
    [
        (
            "/Resources/Network/Properties/CidrBlok",
            "Unsupported property [CidrBlok]",
        ),
        (
            "/Resources/Network/Properties/EnableDnsSupport",
            "#/EnableDnsSupport: expected type: Boolean, found: String",
        ),
        (
            "/Resources/Subnet/Properties",
            "Required property [VpcId] not found",
        ),
        (
            "/Resources/Table/Properties/BillingMode",
            "#/BillingMode: failed validation constraint for keyword [enum]",
        ),
        (
            "/Resources/Table/Properties/KeySchema/0",
            "Required property [KeyType] not found",
        ),
    ]
}

#[tokio::test]
async fn a_change_set_lists_every_mistake_of_every_resource() {
    let account = Account::new().await;
    create_change_set(&account, WRONG, ChangeSetType::Create).await;
    let (status, reason) = change_set(&account).await;
    assert_eq!(status, ChangeSetStatus::Failed);
    assert_eq!(
        reason,
        "The following hook(s)/validation failed: [AWS::EarlyValidation::PropertyValidation]. To troubleshoot Early Validation errors, use the DescribeEvents API for detailed failure information."
    );
    let failed = EventFilter::builder().failed_events(true).build();
    let described = account
        .cloudformation
        .describe_events()
        .stack_name("test")
        .change_set_name("test")
        .filters(failed)
        .send()
        .await
        .unwrap();
    assert_eq!(findings(described.operation_events()), wrong());
    let first = &described.operation_events()[0];
    assert_eq!(first.validation_name(), Some("PROPERTY_VALIDATION"));
    assert_eq!(
        first.operation_type(),
        Some(&OperationType::CreateChangeset)
    );
    let shown = events(&account, "test").await;
    assert_eq!(
        shown.len(),
        1,
        "DescribeStackEvents has no findings: {shown:?}"
    );
}

#[tokio::test]
async fn a_stack_with_mistakes_ends_before_its_first_resource() {
    let account = Account::new().await;
    let created = account
        .cloudformation
        .create_stack()
        .stack_name("test")
        .template_body(WRONG)
        .send()
        .await
        .unwrap();
    let reason = "Validation failed with 5 error(s). Call DescribeEvents to retrieve the full list of issues with resource and property details, resolve each error, then retry the operation.";
    let seen = events(&account, "test").await;
    let seen: Vec<_> = seen
        .iter()
        .map(|(id, status, why)| (id.as_str(), status.as_str(), why.as_deref()))
        .collect();
    assert_eq!(
        seen,
        [
            ("test", "CREATE_IN_PROGRESS", Some("User Initiated")),
            ("test", "CREATE_FAILED", Some(reason)),
            ("test", "ROLLBACK_COMPLETE", Some(reason)),
        ]
    );
    let described = account
        .cloudformation
        .describe_events()
        .operation_id(created.operation_id().unwrap())
        .send()
        .await
        .unwrap();
    assert_eq!(findings(described.operation_events()), wrong());
    let deleted = account
        .cloudformation
        .delete_stack()
        .stack_name("test")
        .send()
        .await;
    deleted.unwrap();
    assert!(account.stack("test").await.is_none());
}

#[tokio::test]
async fn a_stack_with_mistakes_is_kept_or_deleted_as_the_caller_says() {
    let account = Account::new().await;
    for (on_failure, expected) in [
        (OnFailure::DoNothing, "CREATE_FAILED"),
        (OnFailure::Delete, "DELETE_COMPLETE"),
    ] {
        let create = account
            .cloudformation
            .create_stack()
            .stack_name(expected.replace('_', "-"));
        let created = create
            .template_body(WRONG)
            .on_failure(on_failure)
            .send()
            .await
            .unwrap();
        assert_eq!(account.settled(created.stack_id().unwrap()).await, expected);
    }
}

#[tokio::test]
async fn an_update_with_mistakes_leaves_the_stack_as_it_is() {
    let account = Account::new().await;
    account.deploy("test", GOOD, &[]).await;
    let template = GOOD.replace("Type: String", "Type: Text, Colour: red");
    let update = account.cloudformation.update_stack().stack_name("test");
    let updated = update.template_body(&template).send().await.unwrap();
    assert_eq!(account.settled("test").await, "UPDATE_ROLLBACK_COMPLETE");
    let described = account
        .cloudformation
        .describe_events()
        .operation_id(updated.operation_id().unwrap())
        .send()
        .await
        .unwrap();
    let expected = [
        (
            "/Resources/Store/Properties/Colour",
            "Unsupported property [Colour]",
        ),
        (
            "/Resources/Store/Properties/Type",
            "#/Type: failed validation constraint for keyword [enum]",
        ),
    ];
    assert_eq!(findings(described.operation_events()), expected);
    let body = account
        .cloudformation
        .get_template()
        .stack_name("test")
        .send()
        .await
        .unwrap();
    assert_eq!(body.template_body(), Some(GOOD));
}

#[tokio::test]
async fn a_name_that_exists_is_a_conflict_for_a_new_resource_only() {
    let account = Account::new().await;
    account.deploy("first", GOOD, &[]).await;
    let table = account
        .dynamodb
        .create_table()
        .table_name("items")
        .billing_mode(aws_sdk_dynamodb::types::BillingMode::PayPerRequest)
        .attribute_definitions(
            aws_sdk_dynamodb::types::AttributeDefinition::builder()
                .attribute_name("id")
                .attribute_type(aws_sdk_dynamodb::types::ScalarAttributeType::S)
                .build()
                .unwrap(),
        )
        .key_schema(
            aws_sdk_dynamodb::types::KeySchemaElement::builder()
                .attribute_name("id")
                .key_type(aws_sdk_dynamodb::types::KeyType::Hash)
                .build()
                .unwrap(),
        );
    table.send().await.unwrap();
    let template = format!(
        "{GOOD}  Table: {{Type: AWS::DynamoDB::Table, Properties: {{TableName: items, BillingMode: PAY_PER_REQUEST, AttributeDefinitions: [{{AttributeName: id, AttributeType: S}}], KeySchema: [{{AttributeName: id, KeyType: HASH}}], Colour: red}}}}\n"
    );
    create_change_set(&account, &template, ChangeSetType::Create).await;
    let (_, reason) = change_set(&account).await;
    assert!(
        reason.contains("[AWS::EarlyValidation::ResourceExistenceCheck, AWS::EarlyValidation::PropertyValidation]"),
        "{reason}"
    );
    let described = account
        .cloudformation
        .describe_events()
        .stack_name("test")
        .change_set_name("test")
        .send()
        .await
        .unwrap();
    let expected = [
        (
            "/Resources/Store",
            "Resource of type 'AWS::SSM::Parameter' with identifier '/store' already exists.",
        ),
        (
            "/Resources/Table",
            "Resource of type 'AWS::DynamoDB::Table' with identifier 'items' already exists.",
        ),
        (
            "/Resources/Table/Properties/Colour",
            "Unsupported property [Colour]",
        ),
    ];
    assert_eq!(findings(described.operation_events()), expected);
    account
        .deploy("first", &GOOD.replace("Value: x", "Value: y"), &[])
        .await;
}

#[tokio::test]
async fn without_validation_the_resource_itself_fails() {
    let account = Account::new().await;
    let template = "Resources:
  First: {Type: AWS::SSM::Parameter, Properties: {Type: String, Value: x}}
  Second: {Type: AWS::SSM::Parameter, DependsOn: First, Properties: {Type: Text, Value: x, Colour: red}}
";
    let create = account.cloudformation.create_stack().stack_name("test");
    let create = create.template_body(template).disable_validation(true);
    create.send().await.unwrap();
    assert_eq!(account.settled("test").await, "ROLLBACK_COMPLETE");
    let seen = events(&account, "test").await;
    let failed = seen
        .iter()
        .find(|(id, status, _)| id == "Second" && status == "CREATE_FAILED");
    let (_, _, reason) = failed.unwrap_or_else(|| panic!("Second did not fail: {seen:#?}"));
    assert_eq!(
        reason.as_deref(),
        Some(
            "Properties validation failed for resource Second with message:\n#: extraneous key [Colour] is not permitted\n#/Type: #: only 1 subschema matches out of 2\n#/Type: failed validation constraint for keyword [enum]"
        )
    );
}

#[tokio::test]
async fn a_value_that_another_resource_gives_is_checked_when_it_is_known() {
    let account = Account::new().await;
    let template = "Resources:
  Store: {Type: AWS::SSM::Parameter, Properties: {Type: String, Value: never}}
  Logs: {Type: AWS::Logs::LogGroup, Properties: {RetentionInDays: !GetAtt Store.Value}}
";
    assert_eq!(
        account.deploy("test", template, &[]).await,
        "ROLLBACK_COMPLETE"
    );
    let seen = events(&account, "test").await;
    let reason = seen.iter().find_map(|(id, status, reason)| {
        (id == "Logs" && status == "CREATE_FAILED").then_some(reason.as_deref())?
    });
    let expected = "#/RetentionInDays: expected type: Integer, found: String";
    assert!(
        reason.is_some_and(|reason| reason.contains(expected)),
        "{seen:#?}"
    );
}

#[tokio::test]
async fn a_property_that_the_local_aws_does_not_do_is_not_one_that_aws_does_not_have() {
    let account = Account::new().await;
    let template = "Resources: {Net: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/16, Ipv4IpamPoolId: p}}}";
    create_change_set(&account, template, ChangeSetType::Create).await;
    let described = account
        .cloudformation
        .describe_events()
        .stack_name("test")
        .change_set_name("test")
        .send()
        .await
        .unwrap();
    let all = findings(described.operation_events());
    let expected = (
        "/Resources/Net/Properties/Ipv4IpamPoolId",
        "the local AWS does not do Ipv4IpamPoolId of AWS::EC2::VPC yet",
    );
    assert!(all.contains(&expected), "{all:?}");
}
