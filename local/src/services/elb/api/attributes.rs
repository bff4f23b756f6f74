//! The attributes of load balancers, listeners and target groups.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::change;
use super::find::exists;
use crate::account::Account;
use crate::aws::{Answer, AwsError, read};
use crate::resources::ResourceType;
use crate::services::elb::attributes::{
    Attribute, Kind, LISTENER, LOAD_BALANCER, TARGET_GROUP, changed,
};
use crate::services::elb::{Listener, LoadBalancer, TargetGroup};

/// A type of resource with attributes.
pub(super) struct Owner {
    noun: &'static str,
    kind: &'static Kind,
    resource_type: &'static str,
    /// The member of the input that names the resource.
    arn: &'static str,
    /// The property that holds the attributes.
    property: &'static str,
}

pub(super) const OF_LOAD_BALANCER: Owner = Owner {
    noun: "LoadBalancer",
    kind: &LOAD_BALANCER,
    resource_type: LoadBalancer::NAME,
    arn: "LoadBalancerArn",
    property: "LoadBalancerAttributes",
};

pub(super) const OF_LISTENER: Owner = Owner {
    noun: "Listener",
    kind: &LISTENER,
    resource_type: Listener::NAME,
    arn: "ListenerArn",
    property: "ListenerAttributes",
};

pub(super) const OF_TARGET_GROUP: Owner = Owner {
    noun: "TargetGroup",
    kind: &TARGET_GROUP,
    resource_type: TargetGroup::NAME,
    arn: "TargetGroupArn",
    property: "TargetGroupAttributes",
};

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
struct Changes {
    attributes: Vec<Attribute>,
}

pub(super) fn describe(account: &Account, owner: &Owner, input: &Value) -> Answer {
    let (_, given) = find(account, owner, input)?;
    Ok(json!({"Attributes": owner.kind.all(&given)}))
}

pub(super) async fn modify<T: ResourceType>(
    account: &Arc<Account>,
    owner: &Owner,
    input: &Value,
) -> Answer {
    let turn = change::turn(account).await;
    let (arn, given) = find(account, owner, input)?;
    let changes: Changes = read(input)
        .map_err(|err| AwsError::validation(format!("the input cannot be read: {err}")))?;
    owner.kind.check(&changes.attributes)?;
    let after = json!(changed(&given, &changes.attributes));
    let property = Map::from_iter([(owner.property.to_owned(), after)]);
    change::update_in_turn::<T>(account, &arn, property, |_, _| Ok(())).await?;
    drop(turn);
    describe(account, owner, input)
}

/// The ARN, and the attributes that are set.
fn find(
    account: &Account,
    owner: &Owner,
    input: &Value,
) -> Result<(String, Vec<Attribute>), AwsError> {
    let arn = input.get(owner.arn).and_then(Value::as_str).unwrap_or("");
    let item = exists(account, owner.resource_type, owner.noun, arn)?;
    let given = item.properties.get(owner.property).cloned();
    let given = given.and_then(|given| serde_json::from_value(given).ok());
    Ok((arn.to_owned(), given.unwrap_or_default()))
}
