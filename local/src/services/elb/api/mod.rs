//! The API of Elastic Load Balancing: a line for each action.

mod attributes;
mod certificates;
mod change;
mod find;
mod limits;
mod listeners;
mod load_balancers;
mod page;
mod rules;
mod tags;
mod target_groups;
mod target_health;
mod targets;

use std::sync::Arc;

use serde_json::Value;

use self::attributes::{OF_LISTENER, OF_LOAD_BALANCER, OF_TARGET_GROUP};
pub(super) use self::target_health::TargetHealth;
use super::{Listener, LoadBalancer, TargetGroup};
use crate::account::Account;
use crate::aws::{Answer, AwsError, answer, heed};

/// Answers an action.
pub(crate) async fn handle(account: &Arc<Account>, action: &str, input: &Value) -> Answer {
    match action {
        "AddListenerCertificates" => certificates::add(account, heed(input)?).await,
        "CreateListener" => listeners::create(account, input).await,
        "CreateLoadBalancer" => load_balancers::create(account, input).await,
        "CreateRule" => rules::create(account, input).await,
        "CreateTargetGroup" => target_groups::create(account, input).await,
        "DeleteListener" => listeners::delete(account, input).await,
        "DeleteLoadBalancer" => load_balancers::delete(account, input).await,
        "DeleteRule" => rules::delete(account, input).await,
        "DeleteTargetGroup" => target_groups::delete(account, input).await,
        "ModifyListener" => listeners::modify(account, input).await,
        "ModifyListenerAttributes" => {
            attributes::modify::<Listener>(account, &OF_LISTENER, input).await
        }
        "ModifyLoadBalancerAttributes" => {
            attributes::modify::<LoadBalancer>(account, &OF_LOAD_BALANCER, input).await
        }
        "ModifyRule" => rules::modify(account, input).await,
        "ModifyTargetGroup" => target_groups::modify(account, input).await,
        "ModifyTargetGroupAttributes" => {
            attributes::modify::<TargetGroup>(account, &OF_TARGET_GROUP, input).await
        }
        "RemoveListenerCertificates" => certificates::remove(account, heed(input)?).await,
        "SetIpAddressType" => load_balancers::set_ip_address_type(account, input).await,
        "SetRulePriorities" => rules::set_priorities(account, &heed(input)?),
        "SetSecurityGroups" => load_balancers::set_security_groups(account, input).await,
        "SetSubnets" => load_balancers::set_subnets(account, input).await,
        _ => read_only(account, action, input),
    }
}

/// The actions that do not have to wait for anything.
fn read_only(account: &Account, action: &str, input: &Value) -> Answer {
    match action {
        "AddTags" => tags::add(account, &heed(input)?),
        "DeregisterTargets" => targets::deregister(account, &heed(input)?),
        "DescribeAccountLimits" => limits::describe(&heed(input)?),
        "DescribeListenerAttributes" => attributes::describe(account, &OF_LISTENER, input),
        "DescribeListenerCertificates" => certificates::describe(account, &heed(input)?),
        "DescribeListeners" => answer(input, |input| listeners::describe(account, &input)),
        "DescribeLoadBalancerAttributes" => attributes::describe(account, &OF_LOAD_BALANCER, input),
        "DescribeLoadBalancers" => answer(input, |input| load_balancers::describe(account, &input)),
        "DescribeRules" => answer(input, |input| rules::describe(account, &input)),
        "DescribeSSLPolicies" => limits::ssl_policies(&heed(input)?),
        "DescribeTags" => tags::describe(account, &heed(input)?),
        "DescribeTargetGroupAttributes" => attributes::describe(account, &OF_TARGET_GROUP, input),
        "DescribeTargetGroups" => answer(input, |input| target_groups::describe(account, &input)),
        "DescribeTargetHealth" => answer(input, |input| target_health::describe(account, &input)),
        "RegisterTargets" => targets::register(account, &heed(input)?),
        "RemoveTags" => tags::remove(account, &heed(input)?),
        _ => Err(AwsError::unknown_action("ELB", action)),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::account::testing::account;

    #[tokio::test]
    async fn without_names_everything_is_described_and_an_unknown_name_is_an_error() {
        let account = account().await;
        for (action, member) in [
            ("DescribeListeners", "Listeners"),
            ("DescribeLoadBalancers", "LoadBalancers"),
            ("DescribeTargetGroups", "TargetGroups"),
        ] {
            for input in [
                json!({}),
                json!({"LoadBalancerArns": "", "TargetGroupArns": null}),
            ] {
                let answered = handle(&account, action, &input).await.unwrap();
                assert_eq!(answered[member], json!([]));
            }
        }
        for (action, input, code, message) in [
            (
                "DescribeLoadBalancers",
                json!({"LoadBalancerArns": ["a"]}),
                "LoadBalancerNotFound",
                "One or more load balancers not found",
            ),
            (
                "DescribeTargetGroups",
                json!({"TargetGroupArns": ["a"]}),
                "TargetGroupNotFound",
                "One or more target groups not found",
            ),
            (
                "DescribeTargetHealth",
                json!({}),
                "TargetGroupNotFound",
                "One or more target groups not found",
            ),
            (
                "DescribeListeners",
                json!({"ListenerArns": ["a"]}),
                "ListenerNotFound",
                "One or more listeners not found",
            ),
            (
                "CreateLoadBalancer",
                json!({"Name": "a", "CustomerOwnedIpv4Pool": "b"}),
                "NotImplemented",
                "The local AWS does not do the member CustomerOwnedIpv4Pool yet.",
            ),
        ] {
            let err = handle(&account, action, &input).await.unwrap_err();
            assert_eq!((err.code.as_str(), err.message.as_str()), (code, message));
        }
    }
}
