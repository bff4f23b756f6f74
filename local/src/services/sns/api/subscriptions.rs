//! The actions on subscriptions.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Entries, Nothing, paged};
use crate::account::Account;
use crate::aws::{ACCOUNT, AwsError};
use crate::services::sns::topics::{Subscribed, no_topic};

/// What stands in the place of the ARN of a subscription that nobody has confirmed.
const PENDING: &str = "PendingConfirmation";

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Subscribe {
    topic_arn: String,
    protocol: String,
    endpoint: String,
    attributes: Entries,
    return_subscription_arn: Option<String>,
}

pub(super) fn subscribe(account: &Account, input: Subscribe) -> Result<Value, AwsError> {
    let wanted = Subscribed {
        topic: input.topic_arn,
        protocol: input.protocol,
        endpoint: input.endpoint,
        attributes: input.attributes.map(),
    };
    let is_pending =
        wanted.is_pending() && input.return_subscription_arn.as_deref() != Some("true");
    let arn = account.change(|state| state.sns.subscribe(wanted))?;
    let shown = if is_pending {
        "pending confirmation".to_owned()
    } else {
        arn
    };
    Ok(json!({"SubscriptionArn": shown}))
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Named {
    subscription_arn: String,
}

pub(super) fn remove(account: &Account, input: &Named) -> Nothing {
    account.change(|state| state.sns.subscriptions.remove(&input.subscription_arn));
    Nothing {}
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct List {
    next_token: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Listed {
    subscriptions: Vec<Value>,
    next_token: Option<String>,
}

pub(super) fn list(account: &Account, input: &List) -> Result<Listed, AwsError> {
    listed(account, |_| true, input.next_token.as_deref())
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct OfTopic {
    topic_arn: String,
    next_token: Option<String>,
}

pub(super) fn of_topic(account: &Account, input: &OfTopic) -> Result<Listed, AwsError> {
    let topic = &input.topic_arn;
    if !account.read(|state| state.sns.topics.contains_key(topic)) {
        return Err(no_topic());
    }
    listed(
        account,
        |one| one.topic == *topic,
        input.next_token.as_deref(),
    )
}

fn listed(
    account: &Account,
    takes: impl Fn(&Subscribed) -> bool,
    token: Option<&str>,
) -> Result<Listed, AwsError> {
    account.read(|state| {
        let all = state.sns.subscriptions.iter();
        let all = all.filter(|(_, one)| takes(one)).map(|(arn, one)| {
            json!({
                "SubscriptionArn": if one.is_pending() { PENDING } else { arn },
                "Owner": ACCOUNT,
                "Protocol": one.protocol,
                "Endpoint": one.endpoint,
                "TopicArn": one.topic,
            })
        });
        let (subscriptions, next_token) = paged(all, token)?;
        Ok(Listed {
            subscriptions,
            next_token,
        })
    })
}
