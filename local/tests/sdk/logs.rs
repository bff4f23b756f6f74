//! CloudWatch Logs: queries and live tail.

use std::time::{SystemTime, UNIX_EPOCH};

use aws_smithy_eventstream::frame::{DecodedFrame, MessageFrameDecoder};
use aws_smithy_types::event_stream::Message;
use e2e::Account;
use http_body_util::BodyExt as _;
use hyper::body::{Bytes, Incoming};
use serde_json::{Value, json};

use crate::call::{json as call, stream};

fn now() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    u64::try_from(now.expect("after 1970").as_millis()).expect("a number")
}

async fn logs(account: &Account, action: &str, input: &Value) -> Value {
    let response = call(account, "logs", action, input).await;
    match response.text.as_str() {
        "" => Value::Null,
        _ => response.output(),
    }
}

async fn put(account: &Account, group: &str, lines: &[&str]) {
    let events = lines.iter();
    let events: Vec<Value> = events
        .map(|line| json!({"timestamp": now(), "message": line}))
        .collect();
    let input = json!({"logGroupName": group, "logStreamName": "s", "logEvents": events});
    logs(account, "PutLogEvents", &input).await;
}

async fn with_groups() -> Account {
    let account = Account::new().await;
    for group in ["one", "two"] {
        let input = json!({"logGroupName": group});
        logs(&account, "CreateLogGroup", &input).await;
        let input = json!({"logGroupName": group, "logStreamName": "s"});
        logs(&account, "CreateLogStream", &input).await;
    }
    account
}

#[tokio::test]
async fn a_query_finds_lines_of_several_groups() {
    let account = with_groups().await;
    put(
        &account,
        "one",
        &[r#"{"status": 200}"#, r#"{"status": 500}"#],
    )
    .await;
    put(&account, "two", &[r#"{"status": 503}"#, "plain"]).await;
    let seconds = now() / 1000;
    let input = json!({
        "logGroupNames": ["one", "two"],
        "startTime": seconds - 60,
        "endTime": seconds + 60,
        "queryString": "filter status >= 500 | stats count(*) as failed by @log | sort @log",
    });
    let id = logs(&account, "StartQuery", &input).await["queryId"].clone();
    let found = logs(&account, "GetQueryResults", &json!({"queryId": id})).await;
    assert_eq!(found["status"], "Complete");
    assert_eq!(
        found["results"],
        json!([
            [{"field": "@log", "value": "123456789012:one"}, {"field": "failed", "value": "1"}],
            [{"field": "@log", "value": "123456789012:two"}, {"field": "failed", "value": "1"}],
        ])
    );
    assert_eq!(found["statistics"]["recordsMatched"], 2);
    assert_eq!(found["statistics"]["recordsScanned"], 4);

    let described = logs(&account, "DescribeQueries", &json!({"logGroupName": "two"})).await;
    assert_eq!(described["queries"][0]["queryId"], id);
    let stopped = call(&account, "logs", "StopQuery", &json!({"queryId": id})).await;
    assert_eq!(stopped.error().0, "InvalidParameterException");
}

#[tokio::test]
async fn a_query_is_refused_that_aws_refuses() {
    let account = with_groups().await;
    let input = |change: &Value| {
        let mut input = json!({
            "logGroupName": "one", "startTime": 1, "endTime": 2, "queryString": "fields @message",
        });
        let members = change.as_object().expect("members");
        for (name, value) in members {
            input[name] = value.clone();
        }
        input
    };
    for (change, code) in [
        (json!({"queryString": "fild x"}), "MalformedQueryException"),
        (json!({"logGroupName": "none"}), "ResourceNotFoundException"),
        (
            json!({"logGroupNames": ["two"]}),
            "InvalidParameterException",
        ),
        (json!({"startTime": 3}), "InvalidParameterException"),
        (json!({"queryLanguage": "SQL"}), "NotImplemented"),
    ] {
        let refused = call(&account, "logs", "StartQuery", &input(&change)).await;
        assert_eq!(refused.error().0, code, "{change}");
    }
    let none = call(
        &account,
        "logs",
        "GetQueryResults",
        &json!({"queryId": "none"}),
    )
    .await;
    assert_eq!(none.error().0, "ResourceNotFoundException");
}

/// Reads the events of a stream.
struct Events {
    body: Incoming,
    decoder: MessageFrameDecoder,
    bytes: Vec<u8>,
}

impl Events {
    /// The next event: its type, and what it holds.
    async fn next(&mut self) -> (String, Value) {
        loop {
            let mut rest = Bytes::from(std::mem::take(&mut self.bytes));
            let decoded = self.decoder.decode_frame(&mut rest);
            self.bytes = rest.to_vec();
            if let DecodedFrame::Complete(message) = decoded.expect("a frame") {
                let payload = serde_json::from_slice(message.payload()).expect("JSON");
                return (event_type(&message), payload);
            }
            let frame = self.body.frame().await.expect("the stream goes on");
            let data = frame.expect("no error").into_data().expect("data");
            self.bytes.extend(data);
        }
    }
}

fn event_type(message: &Message) -> String {
    let mut headers = message.headers().iter();
    let header = headers.find(|header| header.name().as_str() == ":event-type");
    let value = header.expect("an event").value().as_string();
    value.expect("a text").as_str().to_owned()
}

#[tokio::test]
async fn new_lines_arrive_at_a_live_tail() {
    let account = with_groups().await;
    put(&account, "one", &["ERROR before"]).await;
    let input = json!({
        "logGroupIdentifiers": ["arn:aws:logs:eu-central-1:123456789012:log-group:one"],
        "logEventFilterPattern": "ERROR",
    });
    let mut events = Events {
        body: stream(&account, "logs", "StartLiveTail", &input).await,
        decoder: MessageFrameDecoder::new(),
        bytes: Vec::new(),
    };
    assert_eq!(events.next().await.0, "initial-response");
    let (kind, start) = events.next().await;
    assert_eq!(kind, "sessionStart");
    assert_eq!(start["logEventFilterPattern"], "ERROR");
    put(&account, "one", &["ERROR one", "INFO two"]).await;
    put(&account, "two", &["ERROR elsewhere"]).await;
    let found = loop {
        let (kind, update) = events.next().await;
        assert_eq!(kind, "sessionUpdate");
        assert_eq!(update["sessionMetadata"]["sampled"], false);
        if update["sessionResults"] != json!([]) {
            break update["sessionResults"].clone();
        }
    };
    assert_eq!(found.as_array().expect("a list").len(), 1);
    assert_eq!(found[0]["message"], "ERROR one");
    assert_eq!(found[0]["logGroupIdentifier"], "123456789012:one");
}

#[tokio::test]
async fn a_live_tail_of_no_group_is_refused() {
    let account = with_groups().await;
    let input =
        json!({"logGroupIdentifiers": ["arn:aws:logs:eu-central-1:123456789012:log-group:none"]});
    let refused = call(&account, "logs", "StartLiveTail", &input).await;
    assert_eq!(refused.error().0, "ResourceNotFoundException");
}

#[tokio::test]
async fn queries_and_policies_are_saved_and_a_protected_group_stays() {
    let account = with_groups().await;
    let query =
        json!({"name": "app/errors", "queryString": "fields @message", "logGroupNames": ["one"]});
    let saved = logs(&account, "PutQueryDefinition", &query).await;
    let id = &saved["queryDefinitionId"];
    let changed =
        json!({"name": "app/all", "queryString": "fields @timestamp", "queryDefinitionId": id});
    logs(&account, "PutQueryDefinition", &changed).await;
    let prefix = json!({"queryDefinitionNamePrefix": "app/"});
    let all = logs(&account, "DescribeQueryDefinitions", &prefix).await;
    let one = &all["queryDefinitions"][0];
    assert_eq!(
        (&one["name"], &one["queryDefinitionId"]),
        (&"app/all".into(), id)
    );
    let named = json!({"queryDefinitionId": id});
    logs(&account, "DeleteQueryDefinition", &named).await;
    let gone = call(&account, "logs", "DeleteQueryDefinition", &named).await;
    assert_eq!(gone.error().0, "ResourceNotFoundException");

    let policy = json!({"policyName": "route53", "policyDocument": r#"{"Statement": []}"#});
    logs(&account, "PutResourcePolicy", &policy).await;
    let all = logs(&account, "DescribeResourcePolicies", &json!({})).await;
    assert_eq!(all["resourcePolicies"][0]["policyName"], "route53");
    let wrong = json!({"policyName": "other", "policyDocument": "{"});
    let wrong = call(&account, "logs", "PutResourcePolicy", &wrong).await;
    assert_eq!(wrong.error().0, "InvalidParameterException");
    logs(
        &account,
        "DeleteResourcePolicy",
        &json!({"policyName": "route53"}),
    )
    .await;

    let protect = |on: bool| json!({"logGroupIdentifier": "one", "deletionProtectionEnabled": on});
    logs(&account, "PutLogGroupDeletionProtection", &protect(true)).await;
    let delete = json!({"logGroupName": "one"});
    let kept = call(&account, "logs", "DeleteLogGroup", &delete)
        .await
        .error();
    assert_eq!(
        kept,
        (
            "ValidationException".to_owned(),
            "Cannot delete log group with deletion protection enabled. Disable deletion protection first.".to_owned()
        )
    );
    let shown = logs(
        &account,
        "DescribeLogGroups",
        &json!({"logGroupNamePrefix": "one"}),
    )
    .await;
    assert_eq!(shown["logGroups"][0]["deletionProtectionEnabled"], true);
    logs(&account, "PutLogGroupDeletionProtection", &protect(false)).await;
    logs(&account, "DeleteLogGroup", &delete).await;
}
