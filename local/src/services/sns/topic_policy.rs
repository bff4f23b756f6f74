//! `AWS::SNS::TopicPolicy`.

use serde::Deserialize;
use serde_json::{Value, json};

use super::topic::refused;
use crate::aws::json::text;
use crate::resources::{Made, Request, ResourceType};

pub(crate) struct TopicPolicy;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(crate) struct TopicPolicyProperties {
    policy_document: Value,
    topics: Vec<String>,
}

impl ResourceType for TopicPolicy {
    const NAME: &'static str = "AWS::SNS::TopicPolicy";
    const SCHEMA: &'static str = include_str!("topic_policy.json");
    type Properties = TopicPolicyProperties;

    async fn create(request: &Request, properties: &TopicPolicyProperties) -> Result<Made, String> {
        set(
            request,
            properties,
            Some(&text(&properties.policy_document)),
        )?;
        let id = request.name(None);
        Ok(Made::new(id.clone(), json!({"Id": id})))
    }

    async fn update(
        request: &Request,
        before: &TopicPolicyProperties,
        properties: &TopicPolicyProperties,
    ) -> Result<(), String> {
        set(request, before, None)?;
        set(
            request,
            properties,
            Some(&text(&properties.policy_document)),
        )
    }

    async fn delete(request: &Request, properties: &TopicPolicyProperties) -> Result<(), String> {
        // A topic that is gone needs no policy.
        let _ = set(request, properties, None);
        Ok(())
    }
}

fn set(
    request: &Request,
    properties: &TopicPolicyProperties,
    policy: Option<&str>,
) -> Result<(), String> {
    request.account.change(|state| {
        for arn in &properties.topics {
            let attributes = &mut state.sns.topic(arn).map_err(refused)?.attributes;
            match policy {
                Some(policy) => attributes.insert("Policy".to_owned(), policy.to_owned()),
                None => attributes.remove("Policy"),
            };
        }
        Ok(())
    })
}
