//! The life of stacks, seen by the real SDK over the wire.

mod support;

use aws_sdk_cloudformation::error::ProvideErrorMetadata as _;
use aws_sdk_cloudformation::types::{ChangeSetStatus, ChangeSetType, ResourceChange};
use support::{Account, parameter, until};

const NAMED: &str = "
Parameters:
  Value: {Type: String, Default: one}
  Name: {Type: String, Default: /test/a}
Resources:
  First:
    Type: AWS::SSM::Parameter
    Properties: {Name: !Ref Name, Type: String, Value: !Ref Value}
  Second:
    Type: AWS::SSM::Parameter
    Properties: {Name: !Sub '${First}/b', Type: String, Value: !GetAtt First.Value}
Outputs:
  Both: {Value: !Sub '${First} ${Second}'}
";

async fn value(account: &Account, name: &str) -> Option<String> {
    let found = account.ssm.get_parameter().name(name).send().await.ok()?;
    Some(found.parameter()?.value()?.to_owned())
}

async fn changes(account: &Account, stack: &str) -> Vec<ResourceChange> {
    let described = account
        .cloudformation
        .describe_change_set()
        .stack_name(stack)
        .change_set_name("test")
        .include_property_values(true)
        .send()
        .await
        .expect("the change set is there");
    described
        .changes()
        .iter()
        .filter_map(|change| change.resource_change().cloned())
        .collect()
}

/// Every event of the stack, the oldest first: logical id and status.
async fn events(account: &Account, stack: &str) -> Vec<(String, String, Option<String>)> {
    let mut all = Vec::new();
    let mut pages = account
        .cloudformation
        .describe_stack_events()
        .stack_name(stack)
        .into_paginator()
        .send();
    while let Some(page) = pages.next().await {
        for event in page.expect("a page of events").stack_events() {
            all.push((
                event.logical_resource_id().unwrap_or_default().to_owned(),
                event
                    .resource_status()
                    .map(|status| status.as_str().to_owned())
                    .unwrap_or_default(),
                event.resource_status_reason().map(str::to_owned),
            ));
        }
    }
    all.reverse();
    all
}

fn position(events: &[(String, String, Option<String>)], id: &str, status: &str) -> usize {
    let found = events
        .iter()
        .position(|(logical_id, seen, _)| logical_id == id && seen == status);
    found.unwrap_or_else(|| panic!("no event {id} {status} in {events:#?}"))
}

#[tokio::test]
async fn a_stack_is_made_changed_and_deleted() {
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
async fn a_change_set_shows_before_and_after() {
    let account = Account::new().await;
    account
        .change_set("test", NAMED, &[], ChangeSetType::Create)
        .await;
    let added = changes(&account, "test").await;
    let actions: Vec<_> = added
        .iter()
        .map(|change| change.action().unwrap().as_str())
        .collect();
    assert_eq!(actions, ["Add", "Add"]);
    assert_eq!(
        account
            .stack("test")
            .await
            .unwrap()
            .stack_status()
            .unwrap()
            .as_str(),
        "REVIEW_IN_PROGRESS"
    );
    account
        .cloudformation
        .execute_change_set()
        .stack_name("test")
        .change_set_name("test")
        .send()
        .await
        .unwrap();
    account.settled("test").await;

    account
        .change_set(
            "test",
            NAMED,
            &[("Name", "/test/c"), ("Value", "two")],
            ChangeSetType::Update,
        )
        .await;
    let changed = changes(&account, "test").await;
    let first = changed
        .iter()
        .find(|change| change.logical_resource_id() == Some("First"))
        .unwrap();
    assert_eq!(first.replacement().unwrap().as_str(), "True");
    let detail = |name: &str| {
        let details = first.details().iter().filter_map(|detail| detail.target());
        let target = details
            .into_iter()
            .find(|target| target.name() == Some(name))
            .unwrap();
        (
            target.before_value().unwrap().to_owned(),
            target.after_value().unwrap().to_owned(),
        )
    };
    assert_eq!(detail("Value"), ("one".into(), "two".into()));
    assert_eq!(detail("Name"), ("/test/a".into(), "/test/c".into()));
}

#[tokio::test]
async fn no_changes_is_a_failed_change_set_with_its_reason() {
    let account = Account::new().await;
    account.deploy("test", NAMED, &[]).await;
    let create = account
        .cloudformation
        .create_change_set()
        .stack_name("test")
        .change_set_name("again")
        .template_body(NAMED);
    create.send().await.unwrap();
    let made = account
        .cloudformation
        .describe_change_set()
        .stack_name("test")
        .change_set_name("again")
        .send()
        .await
        .unwrap();
    assert_eq!(made.status(), Some(&ChangeSetStatus::Failed));
    assert_eq!(
        made.status_reason(),
        Some(
            "The submitted information didn't contain changes. Submit different information to create a change set."
        )
    );
    let refused = account
        .cloudformation
        .execute_change_set()
        .stack_name("test")
        .change_set_name("again")
        .send()
        .await
        .unwrap_err();
    assert_eq!(refused.code(), Some("InvalidChangeSetStatus"));
    let refused = account
        .cloudformation
        .update_stack()
        .stack_name("test")
        .template_body(NAMED)
        .send()
        .await
        .unwrap_err();
    assert_eq!(refused.message(), Some("No updates are to be performed."));
}

#[tokio::test]
async fn a_failed_creation_is_taken_back() {
    let account = Account::new().await;
    account
        .ssm
        .put_parameter()
        .name("/test/a/b")
        .value("in the way")
        .r#type("String".into())
        .send()
        .await
        .unwrap();
    assert_eq!(
        account.deploy("test", NAMED, &[]).await,
        "ROLLBACK_COMPLETE"
    );
    assert_eq!(value(&account, "/test/a").await, None);
    assert_eq!(
        value(&account, "/test/a/b").await.as_deref(),
        Some("in the way")
    );
    let seen = events(&account, "test").await;
    let (_, _, reason) = &seen[position(&seen, "Second", "CREATE_FAILED")];
    assert!(reason.as_ref().unwrap().contains("already exists"));
    let refused = account
        .cloudformation
        .create_change_set()
        .stack_name("test")
        .change_set_name("again")
        .template_body(NAMED)
        .send()
        .await
        .unwrap_err();
    assert!(
        refused
            .message()
            .unwrap()
            .contains("is in ROLLBACK_COMPLETE state and can not be updated")
    );
}

#[tokio::test]
async fn a_failed_update_returns_to_what_stood() {
    let account = Account::new().await;
    account.deploy("test", NAMED, &[]).await;
    account
        .ssm
        .put_parameter()
        .name("/test/c/b")
        .value("in the way")
        .r#type("String".into())
        .send()
        .await
        .unwrap();
    let status = account
        .deploy("test", NAMED, &[("Name", "/test/c"), ("Value", "two")])
        .await;
    assert_eq!(status, "UPDATE_ROLLBACK_COMPLETE");
    assert_eq!(value(&account, "/test/a").await.as_deref(), Some("one"));
    assert_eq!(value(&account, "/test/a/b").await.as_deref(), Some("one"));
    assert_eq!(
        value(&account, "/test/c").await,
        None,
        "what the failed update made is gone"
    );
    assert_eq!(account.output("test", "Both").await, "/test/a /test/a/b");
    account
        .ssm
        .delete_parameter()
        .name("/test/c/b")
        .send()
        .await
        .unwrap();
    assert_eq!(
        account.deploy("test", NAMED, &[("Name", "/test/c")]).await,
        "UPDATE_COMPLETE"
    );
    assert_eq!(
        value(&account, "/test/a").await,
        None,
        "the replaced one is cleaned up"
    );
}

#[tokio::test]
async fn what_leaves_the_template_is_removed_or_retained() {
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
async fn what_is_wrong_is_refused_before_anything_is_made() {
    let account = Account::new().await;
    let cases = [
        (
            "Resources: {A: {Type: AWS::Moon::Base}}",
            "Unrecognized resource types: [AWS::Moon::Base]",
        ),
        ("Resources: {A: [1", "YAML not well-formed. (line"),
        (
            "Resources: {A: {Type: AWS::EC2::EIP, DependsOn: B}}",
            "Unresolved resource dependencies [B]",
        ),
        (
            "Resources: {A: {Type: AWS::IAM::Role, Properties: {AssumeRolePolicyDocument: {}}}}",
            "Requires capabilities : [CAPABILITY_IAM]",
        ),
        (
            "Parameters: {V: {Type: 'AWS::SSM::Parameter::Value<String>', Default: /none}}\nResources: {A: {Type: AWS::EC2::EIP}}",
            "Unable to fetch parameters [/none] from parameter store for this account.",
        ),
    ];
    for (template, expected) in cases {
        let create = account
            .cloudformation
            .create_change_set()
            .stack_name("test")
            .change_set_name("test");
        let refused = create
            .change_set_type(ChangeSetType::Create)
            .template_body(template)
            .send()
            .await
            .unwrap_err();
        assert!(
            refused.message().unwrap_or_default().contains(expected),
            "{template} gave {refused:?}"
        );
        assert!(
            account.stack("test").await.is_none(),
            "nothing is left of {template}"
        );
    }
    let validated = account
        .cloudformation
        .validate_template()
        .template_body(cases[0].0)
        .send()
        .await
        .unwrap_err();
    assert!(validated.message().unwrap().contains("AWS::Moon::Base"));
}

#[tokio::test]
async fn a_wrong_property_fails_the_change_set_and_is_named() {
    let account = Account::new().await;
    let template = "Resources: {A: {Type: AWS::SSM::Parameter, Properties: {Type: String, Value: x, Colour: red}}}";
    let create = account
        .cloudformation
        .create_change_set()
        .stack_name("test")
        .change_set_name("test");
    create
        .change_set_type(ChangeSetType::Create)
        .template_body(template)
        .send()
        .await
        .unwrap();
    let made = account
        .cloudformation
        .describe_change_set()
        .stack_name("test")
        .change_set_name("test")
        .send()
        .await
        .unwrap();
    assert_eq!(made.status(), Some(&ChangeSetStatus::Failed));
    let reason = made.status_reason().unwrap();
    assert!(
        reason.contains('A') && reason.contains("Colour"),
        "{reason}"
    );
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
async fn events_come_newest_first_in_pages_of_a_hundred() {
    let account = Account::new().await;
    let resource = |n| {
        format!(
            "  P{n}: {{Type: AWS::SSM::Parameter, Properties: {{Name: /many/{n}, Type: String, Value: x}}}}"
        )
    };
    let resources: Vec<String> = (0..60).map(resource).collect();
    let template = format!("Resources:\n{}\n", resources.join("\n"));
    assert_eq!(
        account.deploy("test", &template, &[]).await,
        "CREATE_COMPLETE"
    );
    let first = account
        .cloudformation
        .describe_stack_events()
        .stack_name("test")
        .send()
        .await
        .unwrap();
    assert_eq!(first.stack_events().len(), 100);
    assert_eq!(
        first.stack_events()[0].resource_status().unwrap().as_str(),
        "CREATE_COMPLETE"
    );
    assert!(first.next_token().is_some());
    let all = events(&account, "test").await;
    assert_eq!(
        all.len(),
        60 * 3 + 3,
        "three for each resource and three for the stack"
    );
    assert_eq!(all[0].1, "REVIEW_IN_PROGRESS");
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
async fn a_rollback_that_fails_can_be_continued_with_resources_skipped() {
    let account = Account::new().await;
    account.deploy("test", NAMED, &[]).await;
    account
        .local
        .fail(&["rollback:First=not now", "update:Second=no"])
        .unwrap();
    assert_eq!(
        account.deploy("test", NAMED, &[("Value", "two")]).await,
        "UPDATE_ROLLBACK_FAILED"
    );
    let reason = account
        .stack("test")
        .await
        .unwrap()
        .stack_status_reason()
        .unwrap()
        .to_owned();
    assert!(reason.contains("[First]"), "{reason}");

    let proceed = || {
        account
            .cloudformation
            .continue_update_rollback()
            .stack_name("test")
    };
    proceed().send().await.unwrap();
    assert_eq!(account.settled("test").await, "UPDATE_ROLLBACK_FAILED");
    let refused = proceed()
        .resources_to_skip("Second")
        .send()
        .await
        .unwrap_err();
    assert!(
        refused.message().unwrap().contains("[Second]"),
        "{refused:?}"
    );
    proceed().resources_to_skip("First").send().await.unwrap();
    assert_eq!(account.settled("test").await, "UPDATE_ROLLBACK_COMPLETE");

    account.local.fail(&[]).unwrap();
    assert_eq!(
        account.deploy("test", NAMED, &[("Value", "three")]).await,
        "UPDATE_COMPLETE"
    );
    assert_eq!(value(&account, "/test/a/b").await.as_deref(), Some("three"));
}

#[tokio::test]
async fn an_update_can_be_cancelled() {
    let options = local::Options {
        pace: 1.0,
        ..support::options()
    };
    let account = Account::with(&options).await;
    let slow = "Parameters: {V: {Type: String, Default: one}}\nResources:\n  A: {Type: AWS::SSM::Parameter, Properties: {Name: /slow, Type: String, Value: !Ref V}}\n";
    account
        .cloudformation
        .create_stack()
        .stack_name("test")
        .template_body(slow)
        .send()
        .await
        .unwrap();
    assert_eq!(account.settled("test").await, "CREATE_COMPLETE");
    let update = account
        .cloudformation
        .update_stack()
        .stack_name("test")
        .template_body(slow);
    update
        .parameters(parameter("V", "two"))
        .send()
        .await
        .unwrap();
    until("the parameter to change", async || {
        (value(&account, "/slow").await? == "two").then_some(())
    })
    .await;
    account
        .cloudformation
        .cancel_update_stack()
        .stack_name("test")
        .send()
        .await
        .unwrap();
    assert_eq!(account.settled("test").await, "UPDATE_ROLLBACK_COMPLETE");
    assert_eq!(value(&account, "/slow").await.as_deref(), Some("one"));
    let refused = account
        .cloudformation
        .cancel_update_stack()
        .stack_name("test")
        .send()
        .await
        .unwrap_err();
    assert!(
        refused
            .message()
            .unwrap()
            .contains("cannot be called from current stack status")
    );
}

#[tokio::test]
async fn throttled_calls_succeed_when_they_are_repeated() {
    let account = Account::with(&local::Options {
        throttle: Some(3),
        ..support::options()
    })
    .await;
    assert_eq!(account.deploy("test", NAMED, &[]).await, "CREATE_COMPLETE");
}

#[tokio::test]
async fn a_rolled_back_update_keeps_the_policies_that_stood() {
    let account = Account::new().await;
    let kept = "Resources:\n  A: {Type: AWS::SSM::Parameter, DeletionPolicy: Retain, Properties: {Name: /kept, Type: String, Value: x}}\n";
    account.deploy("test", kept, &[]).await;
    let failing = "Resources:\n  A: {Type: AWS::SSM::Parameter, Properties: {Name: /kept, Type: String, Value: x}}\n  \
                   B: {Type: AWS::SSM::Parameter, DependsOn: A, Properties: {Name: /aws/reserved, Type: String, Value: x}}\n";
    assert_eq!(
        account.deploy("test", failing, &[]).await,
        "UPDATE_ROLLBACK_COMPLETE"
    );
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
        .send()
        .await
        .unwrap();
    assert_eq!(account.settled(&id).await, "DELETE_COMPLETE");
    assert_eq!(value(&account, "/kept").await.as_deref(), Some("x"));
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
    assert_eq!(
        account.deploy("other", template, &[]).await,
        "ROLLBACK_COMPLETE",
        "of one type they may not"
    );
}

#[tokio::test]
async fn a_secret_parameter_is_shown_nowhere() {
    let account = Account::new().await;
    let template = "Parameters: {Secret: {Type: String, NoEcho: true}}\n\
                    Resources:\n  A: {Type: AWS::SSM::Parameter, Properties: {Name: /secret, Type: String, Value: !Ref Secret}}\n";
    account
        .deploy("test", template, &[("Secret", "hunter2")])
        .await;
    assert_eq!(value(&account, "/secret").await.as_deref(), Some("hunter2"));
    account
        .change_set(
            "test",
            template,
            &[("Secret", "hunter3")],
            ChangeSetType::Update,
        )
        .await;
    let shown = format!(
        "{:?}{:?}{:?}",
        changes(&account, "test").await,
        account.stack("test").await,
        account
            .cloudformation
            .describe_stack_events()
            .stack_name("test")
            .send()
            .await
            .unwrap()
    );
    assert!(
        !shown.contains("hunter2") && !shown.contains("hunter3"),
        "{shown}"
    );
    assert!(shown.contains("****"));
}

#[tokio::test]
async fn a_template_that_doubles_at_every_step_is_answered() {
    let account = Account::new().await;
    let mut conditions = "Conditions:\n".to_owned();
    for n in 0..60 {
        let next = n + 1;
        conditions += &[
            "  C",
            &n.to_string(),
            ": !And [!Condition C",
            &next.to_string(),
            ", !Condition C",
            &next.to_string(),
            "]\n",
        ]
        .concat();
    }
    let template = format!(
        "{conditions}  C60: !Equals [a, a]\nResources:\n  A: {{Type: AWS::EC2::EIP, Condition: C0}}\n"
    );
    assert_eq!(
        account.deploy("test", &template, &[]).await,
        "CREATE_COMPLETE"
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
async fn a_stack_can_be_deleted_while_it_is_made() {
    let options = local::Options {
        pace: 1.0,
        ..support::options()
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
async fn a_wrong_output_is_not_taken_for_no_changes() {
    let account = Account::new().await;
    account.deploy("test", NAMED, &[]).await;
    let template = NAMED.replace(
        "Both: {Value:",
        "Wrong: {Value: !FindInMap [M, a, b]}\n  Both: {Value:",
    );
    let create = account
        .cloudformation
        .create_change_set()
        .stack_name("test")
        .change_set_name("wrong");
    create.template_body(template).send().await.unwrap();
    let made = account
        .cloudformation
        .describe_change_set()
        .stack_name("test")
        .change_set_name("wrong")
        .send()
        .await
        .unwrap();
    assert!(
        made.status_reason()
            .unwrap()
            .contains("Unable to get mapping"),
        "{made:?}"
    );
}

#[tokio::test]
async fn drift_is_seen_and_taken_back() {
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
async fn a_table_that_stands_is_imported() {
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
async fn failed_events_are_found_by_operation() {
    let account = Account::new().await;
    account.local.fail(&["create:Second=out of luck"]).unwrap();
    account.deploy("test", NAMED, &[]).await;
    let filters = aws_sdk_cloudformation::types::EventFilter::builder()
        .failed_events(true)
        .build();
    let events = account
        .cloudformation
        .describe_events()
        .stack_name("test")
        .filters(filters)
        .send()
        .await
        .unwrap();
    let failed: Vec<_> = events
        .operation_events()
        .iter()
        .filter_map(|event| event.resource_status_reason())
        .collect();
    assert_eq!(failed, ["out of luck"]);
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
async fn the_summary_of_a_template_names_its_parameters_and_resource_types() {
    let account = Account::new().await;
    let summary = account
        .cloudformation
        .get_template_summary()
        .template_body(table::STACK.template)
        .send()
        .await
        .unwrap();
    let parameter = |key: &str| {
        let mut parameters = summary.parameters().iter();
        parameters.find(|p| p.parameter_key() == Some(key)).cloned()
    };
    let protection = parameter("DeletionProtection").unwrap();
    assert_eq!(protection.parameter_type(), Some("String"));
    let allowed = protection.parameter_constraints().unwrap();
    assert_eq!(allowed.allowed_values(), ["true", "false"]);
    let types = summary.resource_types();
    assert_eq!(types, ["AWS::DynamoDB::Table", "AWS::SSM::Parameter"]);
}
