//! The API of CloudWatch Logs: a line for each action.

#![expect(
    clippy::struct_field_names,
    reason = "the fields of inputs and outputs have the names of AWS"
)]

mod events;
mod filters;
mod groups;
mod live_tail;
mod manage;
mod put;
mod queries;
mod saved;
mod streams;

pub(crate) use self::live_tail::live_tail;
use serde_json::Value;

use crate::account::Account;
use crate::aws::{Answer, AwsError, answer};

/// Answers an action.
pub(crate) fn handle(account: &Account, action: &str, input: &Value) -> Answer {
    match action {
        "CreateLogGroup" => answer(input, |input| manage::create(account, input)),
        "CreateLogStream" => answer(input, |input| manage::create_stream(account, input)),
        "DeleteLogGroup" => answer(input, |input| manage::delete(account, &input)),
        "DeleteLogStream" => answer(input, |input| manage::delete_stream(account, input)),
        "DeleteMetricFilter" => answer(input, |input| filters::delete(account, &input)),
        "DeleteQueryDefinition" => answer(input, |input| saved::delete_query(account, &input)),
        "DeleteResourcePolicy" => answer(input, |input| saved::delete_policy(account, &input)),
        "DeleteRetentionPolicy" => answer(input, |input| manage::retain_always(account, &input)),
        "DescribeLogGroups" => answer(input, |input| groups::describe(account, &input)),
        "DescribeLogStreams" => answer(input, |input| streams::describe(account, &input)),
        "DescribeMetricFilters" => answer(input, |input| filters::describe(account, &input)),
        "DescribeQueries" => answer(input, |input| queries::describe(account, &input)),
        "DescribeQueryDefinitions" => {
            answer(input, |input| saved::describe_queries(account, &input))
        }
        "DescribeResourcePolicies" => {
            answer(input, |input| saved::describe_policies(account, &input))
        }
        "FilterLogEvents" => answer(input, |input| events::filter(account, &input)),
        "GetLogEvents" => answer(input, |input| events::get(account, &input)),
        "GetQueryResults" => answer(input, |input| queries::results(account, &input)),
        "ListTagsForResource" => answer(input, |input| manage::list_tags(account, &input)),
        "PutLogEvents" => answer(input, |input| put::put(account, input)),
        "PutLogGroupDeletionProtection" => answer(input, |input| manage::protect(account, &input)),
        "PutMetricFilter" => answer(input, |input| filters::put(account, input)),
        "PutQueryDefinition" => answer(input, |input| saved::put_query(account, input)),
        "PutResourcePolicy" => answer(input, |input| saved::put_policy(account, input)),
        "PutRetentionPolicy" => answer(input, |input| manage::retain(account, &input)),
        "StartQuery" => answer(input, |input| queries::start(account, &input)),
        "StopQuery" => answer(input, |input| queries::stop(account, &input)),
        "TagResource" => answer(input, |input| manage::tag(account, input)),
        "TestMetricFilter" => answer(input, |input| filters::test(&input)),
        "UntagResource" => answer(input, |input| manage::untag(account, &input)),
        _ => Err(AwsError::unknown_action("CloudWatch Logs", action)),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::account::Item;
    use crate::account::testing::account;

    #[tokio::test]
    async fn a_group_that_is_missing_or_not_named_is_not_found() {
        let account = account().await;
        let expected = AwsError::new(
            "ResourceNotFoundException",
            "The specified log group does not exist.",
        );
        for action in ["DescribeLogStreams", "FilterLogEvents", "GetLogEvents"] {
            for input in [
                json!({}),
                json!({"logGroupName": null}),
                json!({"logGroupName": "none"}),
                json!(null),
            ] {
                let err = handle(&account, action, &input).unwrap_err();
                assert_eq!(err, expected, "{action} {input}");
            }
        }
        assert_eq!(
            handle(&account, "DescribeLogGroups", &json!(null)).unwrap(),
            json!({"logGroups": [], "nextToken": null})
        );
    }

    #[tokio::test]
    async fn lines_come_in_pages() {
        let account = account().await;
        let item = Item {
            resource_type: "AWS::Logs::LogGroup".into(),
            properties: json!({}),
            attributes: serde_json::Map::new(),
        };
        account
            .change(|state| state.inventory.put("g", item))
            .unwrap();
        for number in 1..=3 {
            account.logs.add("g", "s", format!("line {number}"));
        }
        let call = |action: &str, input: &Value| handle(&account, action, input).unwrap();
        let texts = |output: &Value| -> Vec<String> {
            let events = output["events"].as_array().unwrap().iter();
            events
                .map(|event| event["message"].as_str().unwrap().to_owned())
                .collect()
        };
        let streams = call("DescribeLogStreams", &json!({"logGroupIdentifier": "g"}));
        assert_eq!(streams["logStreams"][0]["logStreamName"], "s");

        let mut input =
            json!({"logGroupName": "g", "logStreamName": "s", "limit": 2, "startTime": null});
        let last = call("GetLogEvents", &input);
        assert_eq!(texts(&last), ["line 2", "line 3"]);
        input["startFromHead"] = true.into();
        let first = call("GetLogEvents", &input);
        assert_eq!(texts(&first), ["line 1", "line 2"]);
        input["nextToken"] = first["nextForwardToken"].clone();
        assert_eq!(texts(&call("GetLogEvents", &input)), ["line 3"]);

        let mut input = json!({"logGroupName": "g", "limit": 2, "filterPattern": "\"line\""});
        let page = call("FilterLogEvents", &input);
        assert_eq!(texts(&page), ["line 1", "line 2"]);
        input["nextToken"] = page["nextToken"].clone();
        let page = call("FilterLogEvents", &input);
        assert_eq!(
            (texts(&page), &page["nextToken"]),
            (vec!["line 3".into()], &Value::Null)
        );

        let stream = json!({"logGroupName": "g", "logStreamName": "none"});
        let err = handle(&account, "GetLogEvents", &stream).unwrap_err();
        assert_eq!(err.message, "The specified log stream does not exist.");
    }
}
