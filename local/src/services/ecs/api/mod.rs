//! The API of ECS: a line for each action. So far all actions read; only CloudFormation creates and
//! changes services and tasks.

#![expect(
    clippy::struct_field_names,
    reason = "the fields of inputs and outputs have the names of AWS"
)]

mod clusters;
mod find;
mod services;
mod task_definitions;
mod tasks;

use serde_json::Value;

pub(super) use self::services::describe_one as describe_service;
pub(super) use self::tasks::describe_one as describe_task;
use crate::account::Account;
use crate::aws::{Answer, AwsError, answer};

/// Answers an action.
pub(crate) fn handle(account: &Account, action: &str, input: &Value) -> Answer {
    match action {
        "DescribeClusters" => answer(input, |input| Ok(clusters::describe(account, &input))),
        "DescribeServices" => answer(input, |input| Ok(services::describe(account, input))),
        "DescribeTaskDefinition" => {
            answer(input, |input| task_definitions::describe(account, &input))
        }
        "DescribeTasks" => answer(input, |input| Ok(tasks::describe(account, input))),
        "ListClusters" => answer(input, |input| Ok(clusters::list(account, &input))),
        "ListServices" => answer(input, |input| services::list(account, &input)),
        "ListTasks" => answer(input, |input| tasks::list(account, &input)),
        _ => Err(AwsError::unknown_action("ECS", action)),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::account::testing::account;

    #[tokio::test]
    async fn missing_and_null_members_mean_the_default_cluster_and_nothing_named() {
        let account = account().await;
        let call = |action: &str, input: &Value| handle(&account, action, input);
        for input in [
            json!({}),
            json!({"cluster": null, "services": null, "tasks": null, "clusters": null}),
            json!(null),
        ] {
            for (action, member) in [
                ("DescribeClusters", "clusters"),
                ("DescribeServices", "services"),
                ("DescribeTasks", "tasks"),
            ] {
                let expected = json!({member: [], "failures": []});
                assert_eq!(call(action, &input).unwrap(), expected, "{action}");
            }
            assert_eq!(
                call("ListClusters", &input).unwrap(),
                json!({"clusterArns": []})
            );
            for action in ["ListServices", "ListTasks"] {
                let err = call(action, &input).unwrap_err();
                let expected = AwsError::new("ClusterNotFoundException", "Cluster not found.");
                assert_eq!(err, expected, "{action}");
            }
            let err = call("DescribeTaskDefinition", &input).unwrap_err();
            let expected = AwsError::new("ClientException", "Unable to describe task definition.");
            assert_eq!(err, expected);
        }
        for (action, member, arn) in [
            (
                "DescribeClusters",
                "clusters",
                "arn:aws:ecs:eu-central-1:123456789012:cluster/none",
            ),
            ("DescribeServices", "services", "none"),
            ("DescribeTasks", "tasks", "none"),
        ] {
            let output = call(action, &json!({member: ["none"]})).unwrap();
            assert_eq!(
                output["failures"],
                json!([{"arn": arn, "reason": "MISSING"}])
            );
        }
        assert_eq!(
            call("StopEverything", &json!({})).unwrap_err().code,
            "NotImplemented"
        );
    }
}
