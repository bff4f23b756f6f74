//! The API of ECS: a line for each action.

#![expect(
    clippy::struct_field_names,
    reason = "the fields of inputs and outputs have the names of AWS"
)]

mod account_settings;
mod change;
mod cluster_settings;
mod clusters;
mod container_instances;
mod definitions_change;
mod deployment_details;
mod deployments;
mod deployments_change;
mod execute_command;
mod find;
mod revisions;
mod run_checks;
mod run_task;
mod services;
mod services_change;
mod start_task;
mod stop_task;
mod tags;
mod task_definitions;
mod task_details;
mod tasks;

use std::sync::Arc;

use serde_json::Value;

pub(crate) use self::account_settings::AccountSettings;
pub(super) use self::services::{describe_one as describe_service, keep_inactive};
pub(super) use self::tasks::describe_one as describe_task;
use crate::account::Account;
use crate::aws::{Answer, AwsError, answer, heed};

/// Answers an action.
pub(crate) async fn handle(account: &Arc<Account>, action: &str, input: &Value) -> Answer {
    match action {
        "ContinueServiceDeployment" => deployments_change::proceed(account, input).await,
        "CreateCluster" => clusters::create(account, input).await,
        "CreateService" => services_change::create(account, input).await,
        "DeleteCluster" => clusters::delete(account, input).await,
        "DeleteService" => services_change::delete(account, input),
        "DeregisterTaskDefinition" => definitions_change::deregister(account, input).await,
        "RegisterTaskDefinition" => definitions_change::register(account, input).await,
        "PutClusterCapacityProviders" | "UpdateCluster" | "UpdateClusterSettings" => {
            cluster_settings::update(account, input).await
        }
        "RunTask" => run_task::run(account, &heed(input)?),
        "StopServiceDeployment" => deployments_change::stop(account, input).await,
        "TagResource" => tags::add(account, &heed(input)?).await,
        "UntagResource" => tags::remove(account, &heed(input)?).await,
        "UpdateService" => services_change::update(account, input).await,
        _ => at_once(account, action, input),
    }
}

/// The actions that do not have to wait for anything.
fn at_once(account: &Account, action: &str, input: &Value) -> Answer {
    match action {
        "DeleteAccountSetting" => account_settings::delete(account, &heed(input)?),
        "DescribeCapacityProviders" => cluster_settings::providers(account, &heed(input)?),
        "DescribeClusters" => answer(input, |input| Ok(clusters::describe(account, &input))),
        "DescribeContainerInstances" => container_instances::describe(account, &heed(input)?),
        "DescribeServiceDeployments" => deployments::describe(account, &heed(input)?),
        "DescribeServiceRevisions" => revisions::describe(account, &heed(input)?),
        "DescribeServices" => answer(input, |input| Ok(services::describe(account, input))),
        "DescribeTaskDefinition" => {
            answer(input, |input| task_definitions::describe(account, &input))
        }
        "DescribeTasks" => answer(input, |input| Ok(tasks::describe(account, input))),
        "ExecuteCommand" => execute_command::refuse(account, &heed(input)?),
        "StartTask" => start_task::start(account, &heed(input)?),
        "ListAccountSettings" => account_settings::list(account, &heed(input)?),
        "ListClusters" => answer(input, |input| clusters::list(account, &input)),
        "ListContainerInstances" => container_instances::list(account, &heed(input)?),
        "ListServiceDeployments" => deployments::list(account, &heed(input)?),
        "ListServices" => answer(input, |input| services::list(account, &input)),
        "ListServicesByNamespace" => container_instances::services_of_namespace(&heed(input)?),
        "ListTagsForResource" => tags::list(account, &heed(input)?),
        "ListTaskDefinitionFamilies" => definitions_change::families(account, &heed(input)?),
        "ListTaskDefinitions" => definitions_change::list(account, &heed(input)?),
        "ListTasks" => answer(input, |input| tasks::list(account, &input)),
        "PutAccountSetting" | "PutAccountSettingDefault" => {
            account_settings::put(account, &heed(input)?)
        }
        "StopTask" => stop_task::stop(account, &heed(input)?),
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
        let call = |action: &str, input: &Value| at_once(&account, action, input);
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
                json!({"clusterArns": [], "nextToken": null})
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
