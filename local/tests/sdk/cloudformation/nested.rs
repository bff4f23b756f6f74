//! Stacks within a stack.

use e2e::Account;

use super::{events, position, value};
use crate::call::put_object;

const INNER: &str = "Parameters: {Name: {Type: String}, Values: {Type: CommaDelimitedList}}\n\
    Resources:\n  \
      First: {Type: AWS::SSM::Parameter, Properties: {Name: !Ref Name, Type: String, Value: !Select [1, !Ref Values]}}\n  \
      Second: {Type: AWS::SSM::Parameter, DependsOn: First, Properties: {Name: !Sub '${Name}/b', Type: String, Value: x}}\n\
    Outputs: {Value: {Value: !GetAtt First.Value}}\n";

/// The template with the inner stack; its URL, and the value of a parameter.
fn outer(url: &str, value: &str) -> String {
    format!(
        "Resources:\n  \
           Inner:\n    Type: AWS::CloudFormation::Stack\n    Properties:\n      TemplateURL: {url}\n      \
             Parameters: {{Name: /inner, Values: [zero, {value}]}}\n  \
           Outer: {{Type: AWS::SSM::Parameter, Properties: {{Name: /outer, Type: String, Value: !GetAtt Inner.Outputs.Value}}}}\n\
         Outputs: {{Inner: {{Value: !Ref Inner}}}}\n"
    )
}

async fn uploaded() -> (Account, String) {
    let account = Account::new().await;
    let bucket =
        "Resources: {B: {Type: AWS::S3::Bucket, Properties: {BucketName: inner-templates}}}";
    account.deploy("bucket", bucket, &[]).await;
    let url = put_object(&account, "inner-templates", "inner", INNER).await;
    (account, url)
}

#[tokio::test]
async fn a_stack_within_a_stack_lives_with_it() {
    let (account, url) = uploaded().await;
    assert_eq!(
        account.deploy("outer", &outer(&url, "one"), &[]).await,
        "CREATE_COMPLETE"
    );
    assert_eq!(value(&account, "/outer").await.as_deref(), Some("one"));
    let inner = account.output("outer", "Inner").await;
    let outer_id = account.stack("outer").await.unwrap();
    let outer_id = outer_id.stack_id().unwrap().to_owned();
    let stack = account.stack(&inner).await.unwrap();
    assert_eq!(stack.parent_id(), Some(outer_id.as_str()));
    assert_eq!(stack.root_id(), Some(outer_id.as_str()));
    assert!(stack.stack_name().unwrap().starts_with("outer-Inner-"));

    assert_eq!(
        account.deploy("outer", &outer(&url, "two"), &[]).await,
        "UPDATE_COMPLETE"
    );
    assert_eq!(value(&account, "/inner").await.as_deref(), Some("two"));
    assert_eq!(value(&account, "/outer").await.as_deref(), Some("two"));

    let delete = account.cloudformation.delete_stack().stack_name("outer");
    delete.send().await.unwrap();
    assert_eq!(account.settled(&outer_id).await, "DELETE_COMPLETE");
    assert_eq!(account.settled(&inner).await, "DELETE_COMPLETE");
    assert_eq!(value(&account, "/inner").await, None);
}

#[tokio::test]
async fn its_failure_is_that_of_the_stack_around_it() {
    let (account, url) = uploaded().await;
    account.local.fail(&["create:Second=no"]).unwrap();
    assert_eq!(
        account.deploy("outer", &outer(&url, "one"), &[]).await,
        "ROLLBACK_COMPLETE"
    );
    let seen = events(&account, "outer").await;
    let (_, _, reason) = &seen[position(&seen, "Inner", "CREATE_FAILED")];
    let reason = reason.as_deref().unwrap();
    assert!(
        reason.starts_with("Embedded stack arn:aws:cloudformation:"),
        "{reason}"
    );
    assert!(
        reason.contains(
            "was not successfully created: The following resource(s) failed to create: [Second]"
        ),
        "{reason}"
    );
    assert_eq!(value(&account, "/inner").await, None, "nothing is left");

    account.local.fail(&[]).unwrap();
    assert_eq!(
        account.deploy("again", &outer(&url, "one"), &[]).await,
        "CREATE_COMPLETE"
    );
    account.local.fail(&["update:First=no"]).unwrap();
    assert_eq!(
        account.deploy("again", &outer(&url, "two"), &[]).await,
        "UPDATE_ROLLBACK_COMPLETE"
    );
    let seen = events(&account, "again").await;
    let (_, _, reason) = &seen[position(&seen, "Inner", "UPDATE_FAILED")];
    assert!(
        reason.as_deref().unwrap().contains("was not successfully updated. Currently in UPDATE_ROLLBACK_IN_PROGRESS with reason: The following resource(s) failed to update: [First]"),
        "{reason:?}"
    );
    assert_eq!(value(&account, "/inner").await.as_deref(), Some("one"));
}

#[tokio::test]
async fn a_template_that_is_not_there_fails_the_resource() {
    let (account, url) = uploaded().await;
    let template = outer(&format!("{url}-missing"), "one");
    assert_eq!(
        account.deploy("outer", &template, &[]).await,
        "ROLLBACK_COMPLETE"
    );
    let seen = events(&account, "outer").await;
    let (_, _, reason) = &seen[position(&seen, "Inner", "CREATE_FAILED")];
    assert!(
        reason
            .as_deref()
            .unwrap()
            .contains("S3 error: The specified key does not exist."),
        "{reason:?}"
    );
}
