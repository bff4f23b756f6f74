//! The API of Parameter Store: a line for each action.

#![expect(
    clippy::struct_field_names,
    reason = "the fields of inputs and outputs have the names of AWS"
)]

mod delete;
mod filters;
mod get;
mod history;
mod list;
mod put;
mod tags;

use serde::Serialize;
use serde_json::Value;

use crate::account::Account;
use crate::aws::{ACCOUNT, Answer, AwsError, PARTITION, answer};

/// Answers an action.
pub(crate) fn handle(account: &Account, action: &str, input: &Value) -> Answer {
    match action {
        "AddTagsToResource" => answer(input, |input| tags::add(account, input)),
        "DeleteParameter" => answer(input, |input| delete::one(account, input)),
        "DeleteParameters" => answer(input, |input| Ok(delete::several(account, input))),
        "DescribeParameters" => answer(input, |input| list::describe(account, input)),
        "GetParameter" => answer(input, |input| get::one(account, input)),
        "GetParameterHistory" => answer(input, |input| history::history(account, &input)),
        "GetParameters" => answer(input, |input| Ok(get::several(account, input))),
        "GetParametersByPath" => answer(input, |input| list::by_path(account, &input)),
        "LabelParameterVersion" => answer(input, |input| history::label(account, input)),
        "ListTagsForResource" => answer(input, |input| tags::list(account, &input)),
        "PutParameter" => answer(input, |input| put::put(account, input)),
        "RemoveTagsFromResource" => answer(input, |input| tags::remove(account, &input)),
        "UnlabelParameterVersion" => answer(input, |input| history::unlabel(account, input)),
        _ => Err(AwsError::unknown_action("SSM", action)),
    }
}

/// The output of an action that returns nothing.
#[derive(Serialize)]
struct Empty {}

fn required(member: Option<String>, name: &str) -> Result<String, AwsError> {
    member.ok_or_else(|| AwsError::new("ValidationException", format!("{name} must not be empty")))
}

/// The ARN of the caller that changes parameters.
fn user() -> String {
    format!("arn:{PARTITION}:iam::{ACCOUNT}:user/local")
}

fn not_found() -> AwsError {
    AwsError::new("ParameterNotFound", "")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::account::testing::account;

    #[tokio::test]
    async fn a_member_that_is_missing_null_or_empty_is_named() {
        let account = account().await;
        let cases = [
            ("DeleteParameter", json!({}), "Name"),
            ("GetParameter", json!({"Name": null}), "Name"),
            ("GetParametersByPath", json!({"Path": ""}), "Path"),
            ("PutParameter", json!({"Value": "v"}), "Name"),
            (
                "PutParameter",
                json!({"Name": "/a", "Value": null}),
                "Value",
            ),
        ];
        for (action, input, member) in cases {
            let err = handle(&account, action, &input).unwrap_err();
            let expected =
                AwsError::new("ValidationException", format!("{member} must not be empty"));
            assert_eq!(err, expected, "{action} {input}");
        }
    }

    #[tokio::test]
    async fn lists_take_missing_members_as_none() {
        let account = account().await;
        for input in [json!({}), json!({"Names": null}), json!(null)] {
            assert_eq!(
                handle(&account, "GetParameters", &input).unwrap(),
                json!({"Parameters": [], "InvalidParameters": []})
            );
            assert_eq!(
                handle(&account, "DeleteParameters", &input).unwrap(),
                json!({"DeletedParameters": [], "InvalidParameters": []})
            );
            assert_eq!(
                handle(&account, "DescribeParameters", &input).unwrap(),
                json!({"Parameters": [], "NextToken": null})
            );
        }
    }

    #[tokio::test]
    async fn a_parameter_is_written_read_and_removed() {
        let account = account().await;
        let call = |action: &str, input: Value| handle(&account, action, &input);
        let put = json!({"Name": "/a/b", "Value": "v", "Type": "SecureString", "Description": "d"});
        assert_eq!(
            call("PutParameter", put).unwrap(),
            json!({"Version": 1, "Tier": "Standard"})
        );
        let hidden = call("GetParameter", json!({"Name": "/a/b"})).unwrap();
        assert_ne!(hidden["Parameter"]["Value"], "v");
        let shown = call(
            "GetParameter",
            json!({"Name": "/a/b:1", "WithDecryption": true}),
        );
        let shown = shown.unwrap();
        assert_eq!(shown["Parameter"]["Value"], "v");
        assert_eq!(shown["Parameter"]["DataType"], "text");
        let listed = call("DescribeParameters", json!({})).unwrap();
        assert_eq!(listed["Parameters"][0]["Description"], "d");
        assert!(listed["Parameters"][0].get("Value").is_none());
        let below = call("GetParametersByPath", json!({"Path": "/a/"})).unwrap();
        assert_eq!(below["Parameters"][0]["Name"], "/a/b");
        assert_eq!(
            call("DeleteParameter", json!({"Name": "/a/b"})).unwrap(),
            json!({})
        );
        assert_eq!(
            call("DeleteParameter", json!({"Name": "/a/b"})).unwrap_err(),
            not_found()
        );
    }
}
