//! The service of the stand, and its tasks.

use std::collections::BTreeSet;
use std::sync::atomic::Ordering;

use aws_sdk_ecs::types::DesiredStatus;
use e2e::http::get;
use e2e::until;
use serde_json::json;

use super::stand::{NO_ANSWER, Stand};
use crate::call;

impl Stand {
    /// Waits until both tasks run, and pages are answered.
    pub(super) async fn until_whole(&self) {
        until("the service to be whole", async || {
            self.is_whole().await.then_some(())
        })
        .await;
    }

    pub(super) async fn is_whole(&self) -> bool {
        let services = self.ecs.describe_services().cluster(&self.cluster);
        let services = services.services(self.service().await).send();
        let described = services.await.expect("the service");
        let service = &described.services()[0];
        let runs = service.running_count() == 2 && service.pending_count() == 0;
        // The load balancer has an address in each zone.
        runs && self.are_healthy().await && self.answers().await && self.answers().await
    }

    async fn answers(&self) -> bool {
        let url = format!("{}/ping", self.url);
        let answer = tokio::time::timeout(NO_ANSWER, get(&url)).await;
        answer.is_ok_and(|answer| answer.status == 200)
    }

    async fn service(&self) -> String {
        let services = self.ecs.list_services().cluster(&self.cluster);
        let services = services.send().await.expect("services");
        services.service_arns()[0].clone()
    }

    /// Whether two targets are healthy, and no other one is left.
    async fn are_healthy(&self) -> bool {
        let elb = aws_sdk_elasticloadbalancingv2::Client::new(&self.account.config);
        let groups = elb.describe_target_groups().send().await.expect("groups");
        let group = groups.target_groups()[0]
            .target_group_arn()
            .expect("its ARN");
        let health = elb.describe_target_health().target_group_arn(group);
        let health = health.send().await.expect("their health");
        let states: Vec<_> = health
            .target_health_descriptions()
            .iter()
            .map(|one| one.target_health().and_then(|health| health.state()))
            .map(|state| state.map_or("", |state| state.as_str()))
            .collect();
        states == ["healthy", "healthy"]
    }

    async fn tasks(&self, status: DesiredStatus) -> BTreeSet<String> {
        let tasks = self.ecs.list_tasks().cluster(&self.cluster);
        let tasks = tasks.desired_status(status).send().await.expect("tasks");
        tasks.task_arns().iter().cloned().collect()
    }

    pub(super) async fn running(&self) -> BTreeSet<String> {
        self.tasks(DesiredStatus::Running).await
    }

    pub(super) async fn stopped(&self) -> BTreeSet<String> {
        self.tasks(DesiredStatus::Stopped).await
    }

    /// A service waits longer after each task that fails, unless its wanted state changes.
    pub(super) async fn forget_failures(&self) {
        let grace = self.grace.fetch_add(1, Ordering::Relaxed);
        let update = self.ecs.update_service().cluster(&self.cluster);
        let update = update.service(self.service().await);
        let update = update.health_check_grace_period_seconds(grace);
        update.send().await.expect("the service is changed");
    }

    /// Stops all tasks: the service starts others.
    pub(super) async fn restart(&self) {
        let old = self.running().await;
        for task in &old {
            let stop = self.ecs.stop_task().cluster(&self.cluster).task(task);
            // A task that has ended meanwhile is no failure.
            let _ = stop.reason("restart").send().await;
        }
        until("the tasks to be stopped", async || {
            self.running().await.is_disjoint(&old).then_some(())
        })
        .await;
    }

    /// Why tasks that were not stopped before have stopped.
    pub(super) async fn reasons(&self, before: &BTreeSet<String>) -> Vec<String> {
        let new: Vec<_> = self.stopped().await.difference(before).cloned().collect();
        if new.is_empty() {
            return Vec::new();
        }
        let tasks = self.ecs.describe_tasks().cluster(&self.cluster);
        let tasks = tasks.set_tasks(Some(new)).send().await.expect("tasks");
        let reasons = tasks
            .tasks()
            .iter()
            .filter_map(|task| task.stopped_reason());
        reasons.map(str::to_owned).collect()
    }

    /// Whether the program of a task that was not stopped before has ended with this as its last line.
    pub(super) async fn has_ended(&self, before: &BTreeSet<String>, line: &str) -> bool {
        let described = self.ecs.describe_services().cluster(&self.cluster);
        let described = described.services(self.service().await).send().await;
        let described = described.expect("the service");
        let stopped = self.stopped().await;
        let new: Vec<&str> = stopped
            .difference(before)
            .filter_map(|arn| arn.rsplit('/').next())
            .collect();
        let mut events = described.services()[0].events().iter();
        events.any(|event| {
            let message = event.message().unwrap_or_default();
            let is_new = new
                .iter()
                .any(|id| message.contains(&format!("(task {id})")));
            is_new && message.contains("its last line: ") && message.contains(line)
        })
    }

    /// How many lines the logs of the tasks have.
    pub(super) async fn lines(&self, tasks: &BTreeSet<String>) -> usize {
        let group = self.account.cloudformation.describe_stack_resource();
        let group = group
            .stack_name("container")
            .logical_resource_id("LogGroup");
        let group = group.send().await.expect("the log group");
        let group = group.stack_resource_detail().expect("its detail");
        let group = group.physical_resource_id().expect("its name");
        let mut lines = 0;
        for task in tasks {
            let id = task.rsplit('/').next().expect("an id");
            let input = json!({"logGroupName": group, "logStreamNamePrefix": format!("task/showtable/{id}")});
            let found = call::json(&self.account, "logs", "FilterLogEvents", &input).await;
            lines += found.output()["events"].as_array().map_or(0, Vec::len);
        }
        lines
    }
}
