//! `AWS::SNS::Topic`.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};

use super::topics::{Stored, Subscribed, Topics, topic_arn};
use crate::account::State;
use crate::aws::AwsError;
use crate::aws::json::text;
use crate::resources::{Made, Request, ResourceType, refused_by};

pub(crate) struct Topic;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(crate) struct TopicProperties {
    content_based_deduplication: Option<Value>,
    display_name: Option<String>,
    fifo_topic: Option<Value>,
    kms_master_key_id: Option<String>,
    signature_version: Option<String>,
    subscription: Vec<InlineSubscription>,
    tags: Vec<Tag>,
    topic_name: Option<String>,
    tracing_config: Option<String>,
}

#[derive(Clone, PartialEq, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct InlineSubscription {
    endpoint: String,
    protocol: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Tag {
    key: String,
    value: String,
}

impl ResourceType for Topic {
    const NAME: &'static str = "AWS::SNS::Topic";
    const SCHEMA: &'static str = include_str!("topic.json");
    type Properties = TopicProperties;

    async fn create(request: &Request, properties: &TopicProperties) -> Result<Made, String> {
        let is_fifo = properties
            .fifo_topic
            .as_ref()
            .is_some_and(|fifo| text(fifo) == "true");
        let mut name = request.name(properties.topic_name.as_deref());
        if is_fifo && properties.topic_name.is_none() {
            name.push_str(".fifo");
        }
        if is_fifo != name.strip_suffix(".fifo").is_some() {
            let sentence = "Invalid parameter: Topic Name";
            return Err(refused_by("Sns", "InvalidParameter", sentence));
        }
        let arn = topic_arn(&request.account, &name).map_err(refused)?;
        let attributes = json!({"TopicArn": arn, "TopicName": name});
        Ok(Made::new(arn, attributes))
    }

    fn record(state: &mut State, properties: &TopicProperties, arn: &str) -> Result<(), String> {
        if state.sns.topics.contains_key(arn) {
            let name = arn.rsplit(':').next().unwrap_or(arn);
            return Err(format!("{name} already exists"));
        }
        state.sns.topics.insert(arn.to_owned(), Stored::default());
        set(&mut state.sns, arn, properties).map_err(refused)
    }

    async fn update(
        request: &Request,
        before: &TopicProperties,
        properties: &TopicProperties,
    ) -> Result<(), String> {
        let arn = &request.physical_id;
        request.account.change(|state| {
            let gone = before
                .subscription
                .iter()
                .filter(|old| !properties.subscription.contains(old));
            for old in gone {
                state.sns.subscriptions.retain(|_, one| {
                    one.topic != *arn
                        || one.protocol != old.protocol
                        || one.endpoint != old.endpoint
                });
            }
            set(&mut state.sns, arn, properties).map_err(refused)
        })
    }

    async fn delete(request: &Request, _: &TopicProperties) -> Result<(), String> {
        request
            .account
            .change(|state| state.sns.remove(&request.physical_id));
        Ok(())
    }
}

fn set(topics: &mut Topics, arn: &str, properties: &TopicProperties) -> Result<(), AwsError> {
    let topic = topics.topic(arn)?;
    let given = [
        (
            "ContentBasedDeduplication",
            properties.content_based_deduplication.as_ref().map(text),
        ),
        ("DisplayName", properties.display_name.clone()),
        ("FifoTopic", properties.fifo_topic.as_ref().map(text)),
        ("KmsMasterKeyId", properties.kms_master_key_id.clone()),
        ("SignatureVersion", properties.signature_version.clone()),
        ("TracingConfig", properties.tracing_config.clone()),
    ];
    for (name, value) in given {
        match value {
            Some(value) => topic.attributes.insert(name.to_owned(), value),
            None => topic.attributes.remove(name),
        };
    }
    let tags = properties.tags.iter();
    topic.tags = tags
        .map(|tag| (tag.key.clone(), tag.value.clone()))
        .collect();
    for one in &properties.subscription {
        topics.subscribe(Subscribed {
            topic: arn.to_owned(),
            protocol: one.protocol.clone(),
            endpoint: one.endpoint.clone(),
            attributes: BTreeMap::new(),
        })?;
    }
    Ok(())
}

#[expect(clippy::needless_pass_by_value, reason = "it is passed to map_err")]
pub(super) fn refused(err: AwsError) -> String {
    refused_by("Sns", &err.code, &err.message)
}
