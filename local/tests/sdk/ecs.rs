//! The API of ECS for a day's work on a running service.

use std::collections::BTreeSet;

use aws_sdk_ecs::Client;
use aws_sdk_ecs::error::ProvideErrorMetadata;
use aws_sdk_ecs::types::{
    DesiredStatus, ServiceField, Tag, TaskDefinitionFamilyStatus, TaskDefinitionStatus,
};
use e2e::{Account, until};
use serde_json::json;

use crate::call::json as call;

/// The deployed architecture with the names of its cluster and service.
struct Deployed {
    account: Account,
    ecs: Client,
    cluster: String,
    service: String,
}

async fn deployed() -> Deployed {
    let account = Account::new().await;
    account.local.deploy().await.unwrap();
    let ecs = Client::new(&account.config);
    let clusters = ecs.list_clusters().send().await.unwrap();
    let cluster = clusters.cluster_arns()[0].clone();
    let services = ecs.list_services().cluster(&cluster).send().await.unwrap();
    let service = services.service_arns()[0].clone();
    Deployed {
        account,
        ecs,
        cluster,
        service,
    }
}

impl Deployed {
    /// Nothing but the test changes the number of tasks from here on.
    async fn stop_scaling(&self) {
        let (_, service) = self.service.split_once(":service/").unwrap();
        let target = json!({
            "ServiceNamespace": "ecs",
            "ResourceId": format!("service/{service}"),
            "ScalableDimension": "ecs:service:DesiredCount",
        });
        let action = "DeregisterScalableTarget";
        let answer = call(&self.account, "application-autoscaling", action, &target).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
    }

    async fn describe(&self) -> aws_sdk_ecs::types::Service {
        let request = self.ecs.describe_services().cluster(&self.cluster);
        let answer = request
            .services(&self.service)
            .include(ServiceField::Tags)
            .send()
            .await
            .unwrap();
        answer.services()[0].clone()
    }

    /// Waits until the service is stable, as the waiter of every SDK does.
    async fn stable(&self) -> aws_sdk_ecs::types::Service {
        until("the service to be stable", async || {
            let service = self.describe().await;
            let is_stable = service.deployments().len() == 1
                && service.running_count() == service.desired_count()
                && service.deployments()[0]
                    .rollout_state()
                    .is_some_and(|state| state.as_str() == "COMPLETED");
            is_stable.then_some(service)
        })
        .await
    }

    async fn tasks(&self, status: DesiredStatus) -> BTreeSet<String> {
        let request = self
            .ecs
            .list_tasks()
            .cluster(&self.cluster)
            .desired_status(status);
        let tasks = request.send().await.unwrap();
        tasks.task_arns().iter().cloned().collect()
    }
}

fn message<E: ProvideErrorMetadata>(err: &E) -> String {
    let (code, message) = (err.code().unwrap_or(""), err.message().unwrap_or(""));
    format!("{code}: {message}")
}

#[tokio::test]
async fn a_service_is_scaled_and_a_stopped_task_is_replaced() {
    let deployed = deployed().await;
    deployed.stop_scaling().await;
    let before = deployed.stable().await;
    let wanted = before.desired_count() + 1;
    let update = deployed
        .ecs
        .update_service()
        .cluster(&deployed.cluster)
        .service(&deployed.service);
    let updated = update.desired_count(wanted).send().await.unwrap();
    assert_eq!(updated.service().unwrap().desired_count(), wanted);
    let service = deployed.stable().await;
    assert_eq!(service.running_count(), wanted);
    assert!(service.created_at().is_some() && service.network_configuration().is_some());
    assert_eq!(service.platform_version(), Some("1.4.0"));

    let running = deployed.tasks(DesiredStatus::Running).await;
    let victim = running.iter().next().unwrap();
    let stop = deployed
        .ecs
        .stop_task()
        .cluster(&deployed.cluster)
        .task(victim)
        .reason("a test");
    let stopped = stop.send().await.unwrap();
    assert_eq!(stopped.task().unwrap().stopped_reason(), Some("a test"));
    until("the task to be replaced", async || {
        let now = deployed.tasks(DesiredStatus::Running).await;
        (now.len() == running.len() && !now.contains(victim)).then_some(())
    })
    .await;
    let described = deployed
        .ecs
        .describe_tasks()
        .cluster(&deployed.cluster)
        .tasks(victim)
        .send()
        .await
        .unwrap();
    let task = &described.tasks()[0];
    assert_eq!(
        task.stop_code()
            .map(aws_sdk_ecs::types::TaskStopCode::as_str),
        Some("UserInitiated")
    );
    let unknown = deployed
        .ecs
        .stop_task()
        .cluster(&deployed.cluster)
        .task("none")
        .send()
        .await
        .unwrap_err();
    assert_eq!(
        message(&unknown.into_service_error()),
        "InvalidParameterException: The referenced task was not found."
    );
    deployed.account.local.stop().await;
}

#[tokio::test]
async fn a_new_revision_is_registered_deployed_and_the_old_one_deregistered() {
    let deployed = deployed().await;
    let before = deployed.stable().await;
    let old = before.task_definition().unwrap().to_owned();
    let described = deployed
        .ecs
        .describe_task_definition()
        .task_definition(&old)
        .send()
        .await
        .unwrap();
    let old_definition = described.task_definition().unwrap().clone();
    let family = old_definition.family().unwrap().to_owned();
    let registered = deployed
        .ecs
        .register_task_definition()
        .family(&family)
        .set_container_definitions(Some(old_definition.container_definitions().to_vec()))
        .set_cpu(old_definition.cpu().map(str::to_owned))
        .set_memory(old_definition.memory().map(str::to_owned))
        .set_execution_role_arn(old_definition.execution_role_arn().map(str::to_owned))
        .set_task_role_arn(old_definition.task_role_arn().map(str::to_owned))
        .set_network_mode(old_definition.network_mode().cloned())
        .set_requires_compatibilities(Some(old_definition.requires_compatibilities().to_vec()))
        .set_runtime_platform(old_definition.runtime_platform().cloned())
        .send()
        .await
        .unwrap();
    let new = registered.task_definition().unwrap();
    assert_eq!(new.revision(), old_definition.revision() + 1);
    let list = deployed
        .ecs
        .list_task_definitions()
        .family_prefix(&family)
        .send()
        .await
        .unwrap();
    assert_eq!(
        list.task_definition_arns(),
        [old.clone(), new.task_definition_arn().unwrap().to_owned()]
    );

    // The family alone means its newest revision.
    let update = deployed
        .ecs
        .update_service()
        .cluster(&deployed.cluster)
        .service(before.service_name().unwrap());
    update.task_definition(&family).send().await.unwrap();
    let service = deployed.stable().await;
    assert_eq!(service.task_definition(), new.task_definition_arn());
    let deployments = deployed
        .ecs
        .list_service_deployments()
        .cluster(&deployed.cluster)
        .service(&deployed.service);
    let deployments = deployments.send().await.unwrap();
    let arn = deployments.service_deployments()[0]
        .service_deployment_arn()
        .unwrap()
        .to_owned();
    let deployment = deployed
        .ecs
        .describe_service_deployments()
        .service_deployment_arns(arn)
        .send()
        .await
        .unwrap();
    assert_eq!(
        deployment.service_deployments()[0]
            .status()
            .unwrap()
            .as_str(),
        "SUCCESSFUL"
    );

    let gone = deployed
        .ecs
        .deregister_task_definition()
        .task_definition(&old)
        .send()
        .await
        .unwrap();
    assert_eq!(
        gone.task_definition().unwrap().status(),
        Some(&TaskDefinitionStatus::Inactive)
    );
    let families = deployed
        .ecs
        .list_task_definition_families()
        .status(TaskDefinitionFamilyStatus::Active);
    assert!(families.send().await.unwrap().families().contains(&family));
    let wrong = deployed
        .ecs
        .update_service()
        .cluster(&deployed.cluster)
        .service(&deployed.service)
        .task_definition(&old);
    let wrong = wrong.send().await.unwrap_err();
    assert_eq!(
        message(&wrong.into_service_error()),
        "ClientException: TaskDefinition not found."
    );
    deployed.account.local.stop().await;
}

#[tokio::test]
async fn tags_filters_and_deletion() {
    let deployed = deployed().await;
    deployed.stable().await;
    let tag = Tag::builder().key("team").value("web").build();
    deployed
        .ecs
        .tag_resource()
        .resource_arn(&deployed.service)
        .tags(tag)
        .send()
        .await
        .unwrap();
    let tags = deployed.describe().await;
    assert!(
        tags.tags()
            .iter()
            .any(|tag| tag.key() == Some("team") && tag.value() == Some("web"))
    );
    deployed
        .ecs
        .untag_resource()
        .resource_arn(&deployed.service)
        .tag_keys("team")
        .send()
        .await
        .unwrap();
    let tags = deployed
        .ecs
        .list_tags_for_resource()
        .resource_arn(&deployed.service)
        .send()
        .await
        .unwrap();
    assert!(!tags.tags().iter().any(|tag| tag.key() == Some("team")));
    let none = deployed
        .ecs
        .list_tasks()
        .cluster(&deployed.cluster)
        .family("other")
        .send()
        .await
        .unwrap();
    assert!(none.task_arns().is_empty());

    let delete = deployed
        .ecs
        .delete_service()
        .cluster(&deployed.cluster)
        .service(&deployed.service);
    let refused = delete.clone().send().await.unwrap_err();
    assert_eq!(
        message(&refused.into_service_error()),
        "InvalidParameterException: The service cannot be stopped while it is scaled above 0."
    );
    let deleted = delete.force(true).send().await.unwrap();
    assert_eq!(deleted.service().unwrap().status(), Some("DRAINING"));
    until("the service to be inactive", async || {
        (deployed.describe().await.status() == Some("INACTIVE")).then_some(())
    })
    .await;
    deployed.account.local.stop().await;
}

#[tokio::test]
async fn updates_at_the_same_time_lose_nothing() {
    let deployed = deployed().await;
    deployed.stop_scaling().await;
    for round in 1..=20 {
        let update = || {
            let request = deployed.ecs.update_service().cluster(&deployed.cluster);
            request.service(&deployed.service)
        };
        let grace = 100 + round;
        let executes = round % 2 == 1;
        let first = update().health_check_grace_period_seconds(grace).send();
        let second = update().enable_execute_command(executes).send();
        let key = format!("round-{round}");
        let tags = deployed.ecs.tag_resource().resource_arn(&deployed.service);
        let tags = tags.tags(Tag::builder().key(&key).value("1").build());
        let (first, second, tags) = tokio::join!(first, second, tags.send());
        assert!(first.is_ok() && second.is_ok() && tags.is_ok());
        let service = deployed.describe().await;
        assert_eq!(service.health_check_grace_period_seconds(), Some(grace));
        assert_eq!(service.enable_execute_command(), executes);
        let mut keys = service.tags().iter();
        assert!(keys.any(|tag| tag.key() == Some(key.as_str())), "{round}");
    }
    deployed.account.local.stop().await;
}
