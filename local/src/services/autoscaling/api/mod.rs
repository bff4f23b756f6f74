//! The API of Application Auto Scaling: a line for each action.

mod activities;
mod change;
mod policies;
mod scheduled_actions;
mod tags;
mod targets;

use std::sync::Arc;

use serde_json::{Value, json};

use super::target::{Key, TURN};
use crate::account::Account;
use crate::aws::{Answer, AwsError, answer, heed, page, page_size};

/// The largest page of all lists.
const PAGE: usize = 50;

/// Answers an action.
pub(crate) async fn handle(account: &Arc<Account>, action: &str, input: &Value) -> Answer {
    let only_reads = action.starts_with("Describe") || action.starts_with("List");
    let _turn = if only_reads {
        None
    } else {
        Some(account.turns.take(TURN).await)
    };
    match action {
        "DeleteScalingPolicy" => policies::delete(account, &heed(input)?).await,
        "DeleteScheduledAction" => scheduled_actions::delete(account, &heed(input)?).await,
        "DeregisterScalableTarget" => targets::deregister(account, &heed(input)?).await,
        "DescribeScalableTargets" => answer(input, |input| targets::describe(account, &input)),
        "DescribeScalingActivities" => answer(input, |input| activities::list(account, &input)),
        "DescribeScalingPolicies" => answer(input, |input| policies::describe(account, &input)),
        "DescribeScheduledActions" => {
            answer(input, |input| scheduled_actions::describe(account, &input))
        }
        "ListTagsForResource" => answer(input, |input| tags::list(account, &input)),
        "PutScalingPolicy" => policies::put(account, heed(input)?).await,
        "PutScheduledAction" => scheduled_actions::put(account, heed(input)?).await,
        "RegisterScalableTarget" => targets::register(account, &heed(input)?).await,
        "TagResource" => answer(input, |input| tags::add(account, input)),
        "UntagResource" => answer(input, |input| tags::remove(account, &input)),
        _ => Err(AwsError::unknown_action("Application Auto Scaling", action)),
    }
}

/// A page of a list, and the token of the next one.
fn listed(member: &str, all: Vec<Value>, size: Option<i64>, token: Option<&str>) -> Answer {
    let page = page(all, page_size(size, PAGE), token);
    let (items, next) = page.ok_or_else(|| {
        AwsError::new("InvalidNextTokenException", "The next token is not valid.")
    })?;
    let mut listed = json!({member: items});
    if let Some(next) = next {
        listed["NextToken"] = next.into();
    }
    Ok(listed)
}

/// The error for something that does not exist.
fn not_found(sentence: String) -> AwsError {
    AwsError::new("ObjectNotFoundException", sentence)
}

fn invalid(sentence: &str) -> AwsError {
    AwsError::new("ValidationException", sentence)
}

/// The error for a target that is not registered.
fn not_registered(key: &Key) -> AwsError {
    not_found(format!("No scalable target found for {}", key.named()))
}

/// Which targets a list names.
struct Filter<'a> {
    namespace: &'a str,
    ids: &'a [String],
    dimension: Option<&'a str>,
}

impl<'a> Filter<'a> {
    /// # Errors
    /// A dimension without a resource id: the documentation asks for both.
    fn new(
        namespace: &'a str,
        ids: &'a [String],
        dimension: Option<&'a str>,
    ) -> Result<Self, AwsError> {
        if dimension.is_some() && ids.is_empty() {
            return Err(invalid(
                "Resource ID must be specified when scalable dimension is specified",
            ));
        }
        Ok(Self {
            namespace,
            ids,
            dimension,
        })
    }

    fn takes(&self, key: &Key) -> bool {
        key.service_namespace == self.namespace
            && (self.ids.is_empty() || self.ids.contains(&key.resource_id))
            && self
                .dimension
                .is_none_or(|wanted| key.scalable_dimension == wanted)
    }
}
