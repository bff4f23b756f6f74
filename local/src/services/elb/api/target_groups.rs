//! `DescribeTargetGroups`.

use serde::{Deserialize, Serialize};

use super::find::{all, named};
use crate::account::{Account, Item};
use crate::aws::AwsError;
use crate::resources::ResourceType as _;
use crate::services::elb::listener::ListenerProperties;
use crate::services::elb::target_group::{Described, TargetGroupProperties};
use crate::services::elb::{Listener, TargetGroup};

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Input {
    target_group_arns: Vec<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Output {
    target_groups: Vec<Description>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Description {
    target_group_arn: String,
    target_group_name: String,
    load_balancer_arns: Vec<String>,
    #[serde(flatten)]
    properties: Described,
}

pub(super) fn describe(account: &Account, input: &Input) -> Result<Output, AwsError> {
    let arns = &input.target_group_arns;
    let found = named(account, TargetGroup::NAME, "TargetGroup", arns)?;
    let listeners = all(account, Listener::NAME);
    let listeners: Vec<ListenerProperties> =
        listeners.iter().map(|(_, item)| item.read()).collect();
    let target_groups = found
        .into_iter()
        .map(|(arn, item)| description(arn, &item, &listeners))
        .collect();
    Ok(Output { target_groups })
}

fn description(arn: String, item: &Item, listeners: &[ListenerProperties]) -> Description {
    let forwarding = listeners
        .iter()
        .filter(|listener| listener.target_group() == Some(&arn));
    let properties: TargetGroupProperties = item.read();
    Description {
        load_balancer_arns: forwarding
            .map(|listener| listener.load_balancer_arn.clone())
            .collect(),
        target_group_arn: arn,
        target_group_name: item.attribute("TargetGroupName").to_owned(),
        properties: properties.described,
    }
}
