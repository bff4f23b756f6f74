//! `DescribeListeners`.

use serde::{Deserialize, Serialize};

use super::find::all;
use crate::account::Account;
use crate::resources::ResourceType as _;
use crate::services::elb::Listener;
use crate::services::elb::listener::ListenerProperties;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(super) struct Input {
    listener_arns: Vec<String>,
    load_balancer_arn: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Output {
    listeners: Vec<Description>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Description {
    listener_arn: String,
    #[serde(flatten)]
    properties: ListenerProperties,
}

pub(super) fn describe(account: &Account, input: &Input) -> Output {
    let arns = &input.listener_arns;
    let listeners = all(account, Listener::NAME)
        .into_iter()
        .filter(|(arn, _)| arns.is_empty() || arns.contains(arn))
        .map(|(listener_arn, item)| Description {
            listener_arn,
            properties: item.read(),
        })
        .filter(|listener| {
            let balancer = &listener.properties.load_balancer_arn;
            let wanted = input.load_balancer_arn.as_ref();
            wanted.is_none_or(|wanted| wanted == balancer)
        })
        .collect();
    Output { listeners }
}
