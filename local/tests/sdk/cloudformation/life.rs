//! The life of a stack: created, updated, deleted.

use aws_sdk_cloudformation::error::ProvideErrorMetadata as _;
use e2e::{Account, options, parameter, until};

use super::{NAMED, events, position, value};

#[tokio::test]
async fn a_stack_is_created_updated_and_deleted() {
    let account = Account::new().await;
    assert_eq!(account.deploy("test", NAMED, &[]).await, "CREATE_COMPLETE");
    assert_eq!(account.output("test", "Both").await, "/test/a /test/a/b");
    let made = events(&account, "test").await;
    assert!(
        position(&made, "First", "CREATE_COMPLETE")
            < position(&made, "Second", "CREATE_IN_PROGRESS")
    );

    assert_eq!(
        account.deploy("test", NAMED, &[("Value", "two")]).await,
        "UPDATE_COMPLETE"
    );
    assert_eq!(value(&account, "/test/a/b").await.as_deref(), Some("two"));

    let id = account
        .stack("test")
        .await
        .unwrap()
        .stack_id()
        .unwrap()
        .to_owned();
    account
        .cloudformation
        .delete_stack()
        .stack_name("test")
        .client_request_token("goodbye")
        .send()
        .await
        .unwrap();
    assert_eq!(account.settled(&id).await, "DELETE_COMPLETE");
    assert!(
        account.stack("test").await.is_none(),
        "a deleted stack has no name any more"
    );
    assert_eq!(value(&account, "/test/a").await, None);
    let gone = events(&account, &id).await;
    assert!(
        position(&gone, "Second", "DELETE_COMPLETE")
            < position(&gone, "First", "DELETE_IN_PROGRESS")
    );
    let newest = account
        .cloudformation
        .describe_stack_events()
        .stack_name(&id)
        .send()
        .await
        .unwrap();
    assert_eq!(
        newest.stack_events()[0].client_request_token(),
        Some("goodbye")
    );
}

#[tokio::test]
async fn a_resource_that_leaves_the_template_is_removed_or_retained() {
    let account = Account::new().await;
    let template = |second: &str| {
        format!(
            "Resources:\n  Keep: {{Type: AWS::SSM::Parameter, Properties: {{Name: /keep, Type: String, Value: x}}}}\n{second}"
        )
    };
    let both = template(
        "  Gone: {Type: AWS::SSM::Parameter, Properties: {Name: /gone, Type: String, Value: x}}\n  \
         Stay: {Type: AWS::SSM::Parameter, DeletionPolicy: Retain, Properties: {Name: /stay, Type: String, Value: x}}\n",
    );
    account.deploy("test", &both, &[]).await;
    assert_eq!(
        account.deploy("test", &template(""), &[]).await,
        "UPDATE_COMPLETE"
    );
    assert_eq!(value(&account, "/gone").await, None);
    assert_eq!(value(&account, "/stay").await.as_deref(), Some("x"));
    let resources = account
        .cloudformation
        .list_stack_resources()
        .stack_name("test")
        .send()
        .await
        .unwrap();
    let names: Vec<_> = resources
        .stack_resource_summaries()
        .iter()
        .filter_map(|one| one.logical_resource_id())
        .collect();
    assert_eq!(names, ["Keep"]);
}

#[tokio::test]
async fn a_protected_stack_is_not_deleted() {
    let account = Account::new().await;
    account.deploy("test", NAMED, &[]).await;
    let protect = |on| {
        account
            .cloudformation
            .update_termination_protection()
            .stack_name("test")
            .enable_termination_protection(on)
            .send()
    };
    protect(true).await.unwrap();
    let refused = account
        .cloudformation
        .delete_stack()
        .stack_name("test")
        .send()
        .await
        .unwrap_err();
    assert!(
        refused
            .message()
            .unwrap()
            .contains("TerminationProtection is enabled")
    );
    protect(false).await.unwrap();
    account
        .cloudformation
        .delete_stack()
        .stack_name("test")
        .send()
        .await
        .unwrap();
}

#[tokio::test]
async fn ssm_types_resolve_at_every_deployment() {
    let account = Account::new().await;
    let put = |value: &'static str| {
        account
            .ssm
            .put_parameter()
            .name("/in")
            .value(value)
            .r#type("String".into())
            .overwrite(true)
            .send()
    };
    put("one").await.unwrap();
    let template = "
Parameters: {V: {Type: 'AWS::SSM::Parameter::Value<String>', Default: /in}}
Resources: {A: {Type: AWS::SSM::Parameter, Properties: {Name: /out, Type: String, Value: !Ref V}}}
";
    account.deploy("test", template, &[]).await;
    assert_eq!(value(&account, "/out").await.as_deref(), Some("one"));
    let stack = account.stack("test").await.unwrap();
    assert_eq!(stack.parameters()[0].parameter_value(), Some("/in"));
    assert_eq!(stack.parameters()[0].resolved_value(), Some("one"));
    put("two").await.unwrap();
    account.deploy("test", template, &[]).await;
    assert_eq!(value(&account, "/out").await.as_deref(), Some("two"));
}

#[tokio::test]
async fn a_previous_value_is_kept_on_request() {
    let account = Account::new().await;
    account.deploy("test", NAMED, &[("Value", "kept")]).await;
    let keep = aws_sdk_cloudformation::types::Parameter::builder()
        .parameter_key("Value")
        .use_previous_value(true)
        .build();
    account
        .cloudformation
        .update_stack()
        .stack_name("test")
        .use_previous_template(true)
        .parameters(keep)
        .parameters(parameter("Name", "/test/d"))
        .send()
        .await
        .unwrap();
    assert_eq!(account.settled("test").await, "UPDATE_COMPLETE");
    assert_eq!(value(&account, "/test/d").await.as_deref(), Some("kept"));
}

#[tokio::test]
async fn resources_of_different_types_may_share_a_name() {
    let account = Account::new().await;
    let template = "Resources:\n  A: {Type: AWS::ECS::Cluster, Properties: {ClusterName: shop}}\n  \
                    B: {Type: AWS::Logs::LogGroup, Properties: {LogGroupName: shop}}\n";
    assert_eq!(
        account.deploy("test", template, &[]).await,
        "CREATE_COMPLETE"
    );
    let create = account.cloudformation.create_stack().stack_name("other");
    create.template_body(template).send().await.unwrap();
    assert_eq!(
        account.settled("other").await,
        "ROLLBACK_COMPLETE",
        "of one type they may not"
    );
}

#[tokio::test]
async fn an_export_in_use_stays() {
    let account = Account::new().await;
    let exports = "Resources:\n  A: {Type: AWS::EC2::EIP}\nOutputs:\n  O: {Value: !Ref A, Export: {Name: address}}\n";
    let imports = "Resources:\n  B: {Type: AWS::SSM::Parameter, Properties: {Name: /in, Type: String, Value: !ImportValue address}}\n";
    account.deploy("exports", exports, &[]).await;
    assert_eq!(
        account.deploy("imports", imports, &[]).await,
        "CREATE_COMPLETE"
    );
    let refused = account
        .cloudformation
        .delete_stack()
        .stack_name("exports")
        .send()
        .await
        .unwrap_err();
    assert!(
        refused
            .message()
            .unwrap()
            .contains("Export address cannot be deleted as it is in use by imports"),
        "{refused:?}"
    );
    let without = "Resources:\n  A: {Type: AWS::EC2::EIP}\n  C: {Type: AWS::EC2::EIP}\n";
    assert_eq!(
        account.deploy("exports", without, &[]).await,
        "UPDATE_ROLLBACK_COMPLETE"
    );
    account
        .cloudformation
        .delete_stack()
        .stack_name("imports")
        .send()
        .await
        .unwrap();
    until("the importing stack to go", async || {
        account.stack("imports").await.is_none().then_some(())
    })
    .await;
    assert_eq!(
        account.deploy("exports", without, &[]).await,
        "UPDATE_COMPLETE"
    );
}

#[tokio::test]
async fn a_stack_can_be_deleted_while_it_is_being_created() {
    let options = local::Options {
        pace: 1.0,
        ..options()
    };
    let account = Account::with(&options).await;
    let template = "Resources:\n  A: {Type: AWS::SSM::Parameter, Properties: {Name: /early, Type: String, Value: x}}\n  \
                    B: {Type: AWS::EC2::NatGateway, DependsOn: A, Properties: {SubnetId: subnet-1}}\n";
    let made = account
        .cloudformation
        .create_stack()
        .stack_name("test")
        .template_body(template)
        .send()
        .await
        .unwrap();
    let id = made.stack_id().unwrap();
    until("the first resource", async || {
        value(&account, "/early").await
    })
    .await;
    account
        .cloudformation
        .delete_stack()
        .stack_name("test")
        .send()
        .await
        .unwrap();
    assert_eq!(account.settled(id).await, "DELETE_COMPLETE");
    assert_eq!(value(&account, "/early").await, None);
}

#[tokio::test]
async fn stack_tags_go_to_the_resources() {
    let account = Account::new().await;
    let tag = aws_sdk_cloudformation::types::Tag::builder()
        .key("project")
        .value("demo")
        .build();
    let template = "Resources:\n  A: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/16, Tags: [{Key: Name, Value: a}]}}\n";
    account
        .cloudformation
        .create_stack()
        .stack_name("test")
        .template_body(template)
        .tags(tag)
        .send()
        .await
        .unwrap();
    assert_eq!(account.settled("test").await, "CREATE_COMPLETE");
    let events = account
        .cloudformation
        .describe_stack_events()
        .stack_name("test")
        .send()
        .await
        .unwrap();
    let properties: Vec<_> = events
        .stack_events()
        .iter()
        .filter_map(|event| event.resource_properties())
        .collect();
    assert!(
        properties
            .iter()
            .any(|text| text.contains("project") && text.contains("Name")),
        "{properties:?}"
    );
}

#[tokio::test]
async fn throttled_calls_succeed_when_they_are_repeated() {
    let account = Account::with(&local::Options {
        throttle: Some(3),
        ..options()
    })
    .await;
    assert_eq!(account.deploy("test", NAMED, &[]).await, "CREATE_COMPLETE");
}
