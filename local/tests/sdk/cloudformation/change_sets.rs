//! Change sets: the changes that they show, and the values that they hide.

use aws_sdk_cloudformation::error::ProvideErrorMetadata as _;
use aws_sdk_cloudformation::types::{ChangeSetStatus, ChangeSetType};
use e2e::Account;

use super::{NAMED, changes, value};

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
async fn a_wrong_output_is_not_taken_for_no_changes() {
    let account = Account::new().await;
    account.deploy("test", NAMED, &[]).await;
    let wrong = "Wrong: {Value: !FindInMap [M, !Ref Name, b]}\n  Both: {Value:";
    let template = NAMED.replace("Both: {Value:", wrong);
    let template = format!("Mappings: {{M: {{a: {{b: c}}}}}}\n{template}");
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
