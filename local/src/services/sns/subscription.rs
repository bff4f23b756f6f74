//! `AWS::SNS::Subscription`.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};

use super::topic::refused;
use super::topics::Subscribed;
use crate::aws::json::text;
use crate::resources::{Made, Request, ResourceType};

pub(crate) struct Subscription;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(crate) struct SubscriptionProperties {
    delivery_policy: Option<Value>,
    endpoint: String,
    filter_policy: Option<Value>,
    filter_policy_scope: Option<String>,
    protocol: String,
    raw_message_delivery: Option<Value>,
    redrive_policy: Option<Value>,
    topic_arn: String,
}

impl SubscriptionProperties {
    fn attributes(&self) -> BTreeMap<String, String> {
        let given = [
            ("DeliveryPolicy", self.delivery_policy.as_ref().map(text)),
            ("FilterPolicy", self.filter_policy.as_ref().map(text)),
            ("FilterPolicyScope", self.filter_policy_scope.clone()),
            (
                "RawMessageDelivery",
                self.raw_message_delivery.as_ref().map(text),
            ),
            ("RedrivePolicy", self.redrive_policy.as_ref().map(text)),
        ];
        given
            .into_iter()
            .filter_map(|(name, value)| Some((name.to_owned(), value?)))
            .collect()
    }
}

impl ResourceType for Subscription {
    const NAME: &'static str = "AWS::SNS::Subscription";
    const SCHEMA: &'static str = include_str!("subscription.json");
    type Properties = SubscriptionProperties;

    async fn create(
        request: &Request,
        properties: &SubscriptionProperties,
    ) -> Result<Made, String> {
        let wanted = Subscribed {
            topic: properties.topic_arn.clone(),
            protocol: properties.protocol.clone(),
            endpoint: properties.endpoint.clone(),
            attributes: properties.attributes(),
        };
        let arn = request.account.change(|state| state.sns.subscribe(wanted));
        let arn = arn.map_err(refused)?;
        Ok(Made::new(arn.clone(), json!({"Arn": arn})))
    }

    async fn update(
        request: &Request,
        _: &SubscriptionProperties,
        properties: &SubscriptionProperties,
    ) -> Result<(), String> {
        request.account.change(|state| {
            if let Some(known) = state.sns.subscriptions.get_mut(&request.physical_id) {
                known.attributes = properties.attributes();
            }
        });
        Ok(())
    }

    async fn delete(request: &Request, _: &SubscriptionProperties) -> Result<(), String> {
        request
            .account
            .change(|state| state.sns.subscriptions.remove(&request.physical_id));
        Ok(())
    }
}
