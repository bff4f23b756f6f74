//! Operations that leave everything as it is when they fail, their rollback, and time limits.

use aws_sdk_cloudformation::error::ProvideErrorMetadata as _;
use e2e::{Account, parameter};

use super::{NAMED, events, position, value};

#[tokio::test]
async fn a_failed_update_may_stay_as_it_is_and_be_rolled_back_later() {
    let account = Account::new().await;
    account.deploy("test", NAMED, &[]).await;
    account.local.fail(&["update:Second=no"]).unwrap();
    let update = || {
        let update = account.cloudformation.update_stack().stack_name("test");
        let update = update.use_previous_template(true).disable_rollback(true);
        update.parameters(parameter("Value", "two")).send()
    };
    update().await.unwrap();
    assert_eq!(account.settled("test").await, "UPDATE_FAILED");
    assert_eq!(value(&account, "/test/a").await.as_deref(), Some("two"));
    assert_eq!(value(&account, "/test/a/b").await.as_deref(), Some("one"));

    let rollback = || account.cloudformation.rollback_stack().stack_name("test");
    rollback().send().await.unwrap();
    assert_eq!(account.settled("test").await, "UPDATE_ROLLBACK_COMPLETE");
    assert_eq!(value(&account, "/test/a").await.as_deref(), Some("one"));
    let refused = rollback().send().await.unwrap_err();
    assert!(
        refused
            .message()
            .unwrap()
            .contains("is in UPDATE_ROLLBACK_COMPLETE state"),
        "{refused:?}"
    );

    update().await.unwrap();
    assert_eq!(account.settled("test").await, "UPDATE_FAILED");
    account.local.fail(&[]).unwrap();
    update().await.unwrap();
    assert_eq!(account.settled("test").await, "UPDATE_COMPLETE");
    assert_eq!(value(&account, "/test/a/b").await.as_deref(), Some("two"));
}

#[tokio::test]
async fn a_second_failure_returns_to_the_last_version_that_stood() {
    let account = Account::new().await;
    account.deploy("test", NAMED, &[]).await;
    account.local.fail(&["update:Second=no"]).unwrap();
    let update = |value: &str, keeps: bool| {
        let update = account.cloudformation.update_stack().stack_name("test");
        let update = update.use_previous_template(true).disable_rollback(keeps);
        update.parameters(parameter("Value", value)).send()
    };
    update("two", true).await.unwrap();
    assert_eq!(account.settled("test").await, "UPDATE_FAILED");
    update("three", false).await.unwrap();
    assert_eq!(account.settled("test").await, "UPDATE_ROLLBACK_COMPLETE");
    assert_eq!(value(&account, "/test/a").await.as_deref(), Some("one"));
}

#[tokio::test]
async fn nothing_is_replaced_if_it_cannot_be_rolled_back() {
    let account = Account::new().await;
    account.deploy("test", NAMED, &[]).await;
    let update = account.cloudformation.update_stack().stack_name("test");
    let update = update.use_previous_template(true).disable_rollback(true);
    let update = update.parameters(parameter("Name", "/test/c"));
    update.send().await.unwrap();
    assert_eq!(account.settled("test").await, "UPDATE_FAILED");
    let seen = events(&account, "test").await;
    let (_, _, reason) = &seen[position(&seen, "First", "UPDATE_FAILED")];
    assert_eq!(
        reason.as_deref(),
        Some("Replacement type updates not supported on stack with disable-rollback.")
    );
}

#[tokio::test]
async fn a_failed_creation_may_be_updated_or_rolled_back() {
    let account = Account::new().await;
    account.local.fail(&["create:Second=no"]).unwrap();
    let create = |stack: &str| {
        let create = account.cloudformation.create_stack().stack_name(stack);
        create.template_body(NAMED)
    };
    create("test").disable_rollback(true).send().await.unwrap();
    assert_eq!(account.settled("test").await, "CREATE_FAILED");
    account.local.fail(&[]).unwrap();
    assert_eq!(account.deploy("test", NAMED, &[]).await, "UPDATE_COMPLETE");
    assert_eq!(value(&account, "/test/a/b").await.as_deref(), Some("one"));

    let other = NAMED.replace("Default: /test/a", "Default: /other/a");
    account.local.fail(&["create:Second=no"]).unwrap();
    let create = create("other").template_body(&other);
    create.disable_rollback(true).send().await.unwrap();
    assert_eq!(account.settled("other").await, "CREATE_FAILED");
    let rollback = account.cloudformation.rollback_stack().stack_name("other");
    let begun = rollback.send().await.unwrap();
    assert!(begun.operation_id().is_some());
    assert_eq!(account.settled("other").await, "ROLLBACK_COMPLETE");
    assert_eq!(value(&account, "/other/a").await, None);
}

#[tokio::test]
async fn a_creation_that_does_nothing_on_failure_cannot_be_updated() {
    let account = Account::new().await;
    account.local.fail(&["create:Second=no"]).unwrap();
    let create = account.cloudformation.create_stack().stack_name("test");
    let create = create.template_body(NAMED).on_failure("DO_NOTHING".into());
    create.send().await.unwrap();
    assert_eq!(account.settled("test").await, "CREATE_FAILED");
    let update = account.cloudformation.update_stack().stack_name("test");
    let refused = update.template_body(NAMED).send().await.unwrap_err();
    assert_eq!(
        refused.message(),
        Some(
            "This stack cannot be updated from [CREATE_FAILED] state because it contains [on-failure: DO_NOTHING]. Please use disable-rollback option instead during stack creation."
        )
    );
}

#[tokio::test]
async fn a_creation_that_aws_would_not_make_in_time_is_rolled_back() {
    let account = Account::new().await;
    let template = "Resources:\n  \
        Network: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/16}}\n  \
        Subnet: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref Network, CidrBlock: 10.0.0.0/24}}\n  \
        Gateway: {Type: AWS::EC2::InternetGateway}\n  \
        Attached: {Type: AWS::EC2::VPCGatewayAttachment, Properties: {VpcId: !Ref Network, InternetGatewayId: !Ref Gateway}}\n  \
        Address: {Type: AWS::EC2::EIP, DependsOn: Attached, Properties: {Domain: vpc}}\n  \
        Nat: {Type: AWS::EC2::NatGateway, DependsOn: Attached, Properties: {SubnetId: !Ref Subnet, AllocationId: !GetAtt Address.AllocationId}}\n";
    let create = |stack: &str, minutes| {
        let create = account.cloudformation.create_stack().stack_name(stack);
        create
            .template_body(template)
            .timeout_in_minutes(minutes)
            .send()
    };
    create("test", 1).await.unwrap();
    assert_eq!(account.settled("test").await, "ROLLBACK_COMPLETE");
    let seen = events(&account, "test").await;
    let (_, _, reason) = &seen[position(&seen, "test", "ROLLBACK_IN_PROGRESS")];
    assert_eq!(
        reason.as_deref(),
        Some("Stack creation time exceeded the specified timeout. Rollback requested by user.")
    );
    create("slow", 30).await.unwrap();
    assert_eq!(account.settled("slow").await, "CREATE_COMPLETE");
    let stack = account.stack("slow").await.unwrap();
    assert_eq!(stack.timeout_in_minutes(), Some(30));
}

#[tokio::test]
async fn what_a_failed_operation_has_created_is_deleted_on_request() {
    let account = Account::new().await;
    let retained = NAMED.replace(
        "Type: AWS::SSM::Parameter",
        "DeletionPolicy: Retain\n    Type: AWS::SSM::Parameter",
    );
    account.local.fail(&["create:Second=no"]).unwrap();
    for (stack, deletes) in [("first", true), ("second", false)] {
        let create = account.cloudformation.create_stack().stack_name(stack);
        let create = create.template_body(&retained);
        create
            .retain_except_on_create(deletes)
            .send()
            .await
            .unwrap();
        assert_eq!(account.settled(stack).await, "ROLLBACK_COMPLETE");
        assert_eq!(value(&account, "/test/a").await.is_none(), deletes);
    }
}
