//! The API of SNS: a line for each action.

mod attributes;
mod subscriptions;
mod tags;
mod topics;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::messages::publish;
use crate::account::Account;
use crate::aws::{Answer, AwsError, answer, page};

/// The size of a page, which is fixed.
const PAGE: usize = 100;

/// Answers an action.
pub(crate) fn handle(account: &Account, action: &str, input: &Value) -> Answer {
    match action {
        "CreateTopic" => answer(input, |input| topics::create(account, input)),
        "DeleteTopic" => answer(input, |input| Ok(topics::delete(account, &input))),
        "GetSubscriptionAttributes" => {
            answer(input, |input| attributes::of_subscription(account, &input))
        }
        "GetTopicAttributes" => answer(input, |input| attributes::of_topic(account, &input)),
        "ListSubscriptions" => answer(input, |input| subscriptions::list(account, &input)),
        "ListSubscriptionsByTopic" => {
            answer(input, |input| subscriptions::of_topic(account, &input))
        }
        "ListTagsForResource" => answer(input, |input| tags::list(account, &input)),
        "ListTopics" => answer(input, |input| topics::list(account, &input)),
        "Publish" => answer(input, |input| send(account, &input)),
        "SetSubscriptionAttributes" => answer(input, |input| {
            attributes::set_of_subscription(account, input)
        }),
        "SetTopicAttributes" => answer(input, |input| attributes::set_of_topic(account, input)),
        "Subscribe" => answer(input, |input| subscriptions::subscribe(account, input)),
        "TagResource" => answer(input, |input| tags::add(account, input)),
        "Unsubscribe" => answer(input, |input| Ok(subscriptions::remove(account, &input))),
        "UntagResource" => answer(input, |input| tags::remove(account, &input)),
        _ => Err(AwsError::unknown_action("SNS", action)),
    }
}

#[derive(Serialize)]
struct Nothing {}

/// A map in the Query protocol: `Attributes.entry.1.key` and `.value`.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Entries {
    entry: BTreeMap<String, Entry>,
}

#[derive(Deserialize)]
struct Entry {
    key: String,
    #[serde(default)]
    value: String,
}

impl Entries {
    fn map(self) -> BTreeMap<String, String> {
        let entries = self.entry.into_values();
        entries.map(|entry| (entry.key, entry.value)).collect()
    }
}

/// A map as an output has it.
fn entries(map: &BTreeMap<String, String>) -> Value {
    let all = map.iter();
    let all: Vec<Value> = all
        .map(|(key, value)| json!({"key": key, "value": value}))
        .collect();
    json!({"entry": all})
}

fn paged<T>(
    items: impl IntoIterator<Item = T>,
    token: Option<&str>,
) -> Result<(Vec<T>, Option<String>), AwsError> {
    page(items, PAGE, token)
        .ok_or_else(|| AwsError::new("InvalidParameter", "Invalid parameter: NextToken"))
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
struct Publish {
    topic_arn: Option<String>,
    target_arn: Option<String>,
    subject: Option<String>,
    message: String,
}

fn send(account: &Account, input: &Publish) -> Result<Value, AwsError> {
    let topic = input.topic_arn.as_ref().or(input.target_arn.as_ref());
    let topic = topic.ok_or_else(|| {
        AwsError::new(
            "InvalidParameter",
            "Invalid parameter: TopicArn or TargetArn Reason: no value for required parameter",
        )
    })?;
    let id = publish(account, topic, input.subject.as_deref(), &input.message)?;
    Ok(json!({"MessageId": id}))
}
