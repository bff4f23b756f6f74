//! The API of Elastic Load Balancing: a line for each action.

mod find;
mod listeners;
mod load_balancers;
mod target_groups;
mod target_health;

use serde_json::Value;

pub(super) use self::target_health::TargetHealth;
use crate::account::Account;
use crate::aws::{Answer, AwsError, answer};

/// Answers an action.
pub(crate) fn handle(account: &Account, action: &str, input: &Value) -> Answer {
    match action {
        "DescribeListeners" => answer(input, |input| Ok(listeners::describe(account, &input))),
        "DescribeLoadBalancers" => answer(input, |input| load_balancers::describe(account, &input)),
        "DescribeTargetGroups" => answer(input, |input| target_groups::describe(account, &input)),
        "DescribeTargetHealth" => answer(input, |input| target_health::describe(account, &input)),
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
        let call = |action: &str, input: Value| handle(&account, action, &input);
        for (action, member) in [
            ("DescribeListeners", "Listeners"),
            ("DescribeLoadBalancers", "LoadBalancers"),
            ("DescribeTargetGroups", "TargetGroups"),
        ] {
            for input in [
                json!({}),
                json!({"LoadBalancerArns": "", "TargetGroupArns": null}),
            ] {
                assert_eq!(call(action, input).unwrap(), json!({member: []}));
            }
        }
        let err = |action: &str, input: Value| {
            let err = call(action, input).unwrap_err();
            (err.code, err.message)
        };
        assert_eq!(
            err("DescribeLoadBalancers", json!({"LoadBalancerArns": ["a"]})),
            (
                "LoadBalancerNotFound".into(),
                "One or more LoadBalancers not found".into()
            )
        );
        assert_eq!(
            err("DescribeTargetGroups", json!({"TargetGroupArns": ["a"]})),
            (
                "TargetGroupNotFound".into(),
                "One or more TargetGroups not found".into()
            )
        );
        assert_eq!(
            err("DescribeTargetHealth", json!({})),
            (
                "TargetGroupNotFound".into(),
                "One or more target groups not found".into()
            )
        );
    }
}
