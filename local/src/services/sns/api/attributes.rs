//! The attributes of topics and subscriptions.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Nothing, entries};
use crate::account::Account;
use crate::aws::{ACCOUNT, AwsError};
use crate::services::sns::policies::{POLICY, check};
use crate::services::sns::topics::{Subscribed, default_policy, no_topic};

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Topic {
    topic_arn: String,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Attributes {
    attributes: Value,
}

pub(super) fn of_topic(account: &Account, input: &Topic) -> Result<Attributes, AwsError> {
    let arn = &input.topic_arn;
    account.read(|state| {
        let topic = state.sns.topics.get(arn).ok_or_else(no_topic)?;
        let of_topic = state
            .sns
            .subscriptions
            .values()
            .filter(|one| one.topic == *arn);
        let (pending, confirmed): (Vec<_>, Vec<_>) = of_topic.partition(|one| one.is_pending());
        let mut all: BTreeMap<String, String> = [
            ("TopicArn", arn.clone()),
            ("Owner", ACCOUNT.to_owned()),
            ("DisplayName", String::new()),
            ("Policy", default_policy(arn)),
            ("SubscriptionsConfirmed", confirmed.len().to_string()),
            ("SubscriptionsPending", pending.len().to_string()),
            ("SubscriptionsDeleted", "0".to_owned()),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .into();
        all.extend(topic.attributes.clone());
        Ok(Attributes {
            attributes: entries(&all),
        })
    })
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct SetTopic {
    topic_arn: String,
    attribute_name: String,
    attribute_value: String,
}

pub(super) fn set_of_topic(account: &Account, input: SetTopic) -> Result<Nothing, AwsError> {
    account.change(|state| {
        state.sns.topic(&input.topic_arn)?;
        if input.attribute_name == POLICY {
            let policy = Value::from(input.attribute_value.as_str());
            check(state, &account.region, &policy)
                .map_err(|sentence| AwsError::new("InvalidParameter", sentence))?;
        }
        let attributes = &mut state.sns.topic(&input.topic_arn)?.attributes;
        attributes.insert(input.attribute_name, input.attribute_value);
        Ok(Nothing {})
    })
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Subscription {
    subscription_arn: String,
}

pub(super) fn of_subscription(
    account: &Account,
    input: &Subscription,
) -> Result<Attributes, AwsError> {
    let arn = &input.subscription_arn;
    account.read(|state| {
        let one = state.sns.subscriptions.get(arn);
        let one = one.ok_or_else(no_subscription)?;
        Ok(Attributes {
            attributes: entries(&shown(arn, one)),
        })
    })
}

fn shown(arn: &str, one: &Subscribed) -> BTreeMap<String, String> {
    let mut all: BTreeMap<String, String> = [
        ("SubscriptionArn", arn.to_owned()),
        ("TopicArn", one.topic.clone()),
        ("Owner", ACCOUNT.to_owned()),
        ("Protocol", one.protocol.clone()),
        ("Endpoint", one.endpoint.clone()),
        ("PendingConfirmation", one.is_pending().to_string()),
        ("ConfirmationWasAuthenticated", "false".to_owned()),
        ("RawMessageDelivery", "false".to_owned()),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .into();
    all.extend(one.attributes.clone());
    all
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct SetSubscription {
    subscription_arn: String,
    attribute_name: String,
    attribute_value: String,
}

pub(super) fn set_of_subscription(
    account: &Account,
    input: SetSubscription,
) -> Result<Nothing, AwsError> {
    account.change(|state| {
        let one = state.sns.subscriptions.get_mut(&input.subscription_arn);
        let attributes = &mut one.ok_or_else(no_subscription)?.attributes;
        attributes.insert(input.attribute_name, input.attribute_value);
        Ok(Nothing {})
    })
}

fn no_subscription() -> AwsError {
    AwsError::new("NotFound", "Subscription does not exist").with_status(404)
}
