//! What requests carry besides a template: tokens, topics, and what other actions tell of a stack.

use aws_sdk_cloudformation::error::ProvideErrorMetadata as _;
use e2e::{Account, options, parameter, until};

use super::NAMED;
use crate::call::query;

#[tokio::test]
async fn the_same_request_is_carried_out_once() {
    let account = Account::new().await;
    let create = || {
        let create = account.cloudformation.create_stack().stack_name("test");
        create
            .template_body(NAMED)
            .client_request_token("one")
            .send()
    };
    let first = create().await.unwrap();
    let again = create().await.unwrap();
    assert_eq!(first.stack_id(), again.stack_id());
    account.settled("test").await;
    let other = account.cloudformation.create_stack().stack_name("test");
    let refused = other.template_body(NAMED).send().await.unwrap_err();
    assert_eq!(refused.code(), Some("AlreadyExistsException"));

    let update = |token: &str| {
        let update = account.cloudformation.update_stack().stack_name("test");
        let update = update.use_previous_template(true);
        let update = update.parameters(parameter("Value", "two"));
        update.client_request_token(token).send()
    };
    let refused = update("one").await.unwrap_err();
    assert_eq!(refused.code(), Some("TokenAlreadyExistsException"));
    update("two").await.unwrap();
    account.settled("test").await;
    update("two").await.unwrap();
    let refused = update("three").await.unwrap_err();
    assert_eq!(refused.message(), Some("No updates are to be performed."));

    let stack = account.stack("test").await.unwrap();
    let kinds: Vec<_> = stack
        .last_operations()
        .iter()
        .map(|one| one.operation_type().unwrap().as_str())
        .collect();
    assert_eq!(kinds, ["UPDATE_STACK", "CREATE_STACK"]);
}

#[tokio::test]
async fn the_events_go_to_the_topics_of_the_stack() {
    let data = tempfile::tempdir().unwrap();
    let account = Account::with(&local::Options {
        data: Some(data.path().to_owned()),
        ..options()
    })
    .await;
    let topics = "Resources: {T: {Type: AWS::SNS::Topic, Properties: {TopicName: stacks}}}\nOutputs: {Arn: {Value: !Ref T}}";
    account.deploy("topics", topics, &[]).await;
    let arn = account.output("topics", "Arn").await;
    let template = "Resources: {A: {Type: AWS::SSM::Parameter, Properties: {Name: /a, Type: String, Value: !Select [0, !Ref 'AWS::NotificationARNs']}}}";
    let create = account.cloudformation.create_stack().stack_name("test");
    let create = create.template_body(template).notification_arns(&arn);
    create.client_request_token("mine").send().await.unwrap();
    assert_eq!(account.settled("test").await, "CREATE_COMPLETE");
    assert_eq!(super::value(&account, "/a").await, Some(arn.clone()));
    let messages = until("the messages to be saved", async || {
        let state = std::fs::read_to_string(data.path().join("state.json")).ok()?;
        let state: serde_json::Value = serde_json::from_str(&state).ok()?;
        let messages = state["sns"]["topics"][&arn]["messages"].as_array()?.clone();
        (messages.len() == 5).then_some(messages)
    })
    .await;
    let texts: Vec<&str> = messages
        .iter()
        .map(|message| {
            assert_eq!(message["subject"], "AWS CloudFormation Notification");
            message["text"].as_str().unwrap()
        })
        .collect();
    let of_stack = |status: &str| {
        texts.iter().any(|text| {
            text.contains(&format!("ResourceStatus='{status}'"))
                && text.contains("ResourceType='AWS::CloudFormation::Stack'")
                && text.contains("ClientRequestToken='mine'")
        })
    };
    assert!(
        of_stack("CREATE_IN_PROGRESS") && of_stack("CREATE_COMPLETE"),
        "{texts:#?}"
    );
}

#[tokio::test]
async fn the_importers_of_an_export_are_listed() {
    let account = Account::new().await;
    let exports = "Resources:\n  A: {Type: AWS::EC2::EIP}\nOutputs:\n  O: {Value: !Ref A, Export: {Name: address}}\n";
    let imports = "Resources:\n  B: {Type: AWS::SSM::Parameter, Properties: {Name: /in, Type: String, Value: !ImportValue address}}\n";
    account.deploy("exports", exports, &[]).await;
    let list = || account.cloudformation.list_imports().export_name("address");
    let refused = list().send().await.unwrap_err();
    assert_eq!(
        refused.message(),
        Some("Export 'address' is not imported by any stack.")
    );
    account.deploy("imports", imports, &[]).await;
    assert_eq!(list().send().await.unwrap().imports(), ["imports"]);
    assert_eq!(
        account.deploy("again", exports, &[]).await,
        "ROLLBACK_COMPLETE"
    );
    let wrong = exports.replace("Name: address", "Name: my address");
    assert_eq!(
        account.deploy("wrong", &wrong, &[]).await,
        "ROLLBACK_COMPLETE"
    );
    let stack = account.stack("wrong").await.unwrap();
    assert_eq!(stack.outputs().len(), 0);
}

#[tokio::test]
async fn the_limits_of_the_account_are_told() {
    let account = Account::new().await;
    let limits = account
        .cloudformation
        .describe_account_limits()
        .send()
        .await
        .unwrap();
    let stacks = &limits.account_limits()[0];
    assert_eq!(
        (stacks.name(), stacks.value()),
        (Some("StackLimit"), Some(2000))
    );
    let form = "Action=EstimateTemplateCost&Version=2010-05-15&TemplateBody=x";
    let refused = query(&account, "cloudformation", form).await;
    assert_ne!(refused.status, 200);
    assert!(
        refused.text.contains("EstimateTemplateCost"),
        "{}",
        refused.text
    );
}

#[tokio::test]
async fn an_export_in_use_keeps_its_value() {
    let account = Account::new().await;
    let exports = |value: &str| {
        format!(
            "Resources: {{A: {{Type: AWS::EC2::EIP}}}}\nOutputs: {{O: {{Value: {value}, Export: {{Name: word}}}}}}\n"
        )
    };
    let imports = "Resources:\n  B: {Type: AWS::SSM::Parameter, Properties: {Name: /in, Type: String, Value: !ImportValue word}}\n";
    account.deploy("exports", &exports("one"), &[]).await;
    account.deploy("imports", imports, &[]).await;
    assert_eq!(
        account.deploy("exports", &exports("two"), &[]).await,
        "UPDATE_ROLLBACK_COMPLETE"
    );
    let seen = super::events(&account, "exports").await;
    let at = super::position(&seen, "exports", "UPDATE_ROLLBACK_IN_PROGRESS");
    assert_eq!(
        seen[at].2.as_deref(),
        Some("Export word cannot be updated as it is in use by imports")
    );
    assert_eq!(
        account.deploy("again", &exports("x"), &[]).await,
        "ROLLBACK_COMPLETE"
    );
    let seen = super::events(&account, "again").await;
    let at = super::position(&seen, "again", "ROLLBACK_IN_PROGRESS");
    assert_eq!(
        seen[at].2.as_deref(),
        Some(
            "Export with name word is already exported by stack exports. Rollback requested by user."
        )
    );
}
