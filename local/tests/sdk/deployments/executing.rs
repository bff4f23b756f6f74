//! ECS Exec: what a task shows of its agent.

use aws_sdk_ecs::types::ManagedAgent;

use super::{STACK, Service, old, template};

const BLUE_GREEN: &str = "        Strategy: BLUE_GREEN\n";

/// The statement that the agent needs.
const ALLOWED: &str = "              - Sid: ReadConfiguration\n";
const AGENT: &str = "              - {Effect: Allow, Action: 'ssmmessages:*', Resource: '*'}\n";

impl Service {
    /// The agent of the only task.
    async fn agent(&self) -> Option<ManagedAgent> {
        let list = self.ecs.list_tasks().cluster(&self.cluster);
        let listed = list.service_name(&self.name).send().await.unwrap();
        let describe = self.ecs.describe_tasks().cluster(&self.cluster);
        let tasks = describe.set_tasks(listed.task_arns);
        let described = tasks.send().await.unwrap();
        let [task] = described.tasks() else {
            return None;
        };
        assert!(task.enable_execute_command());
        task.containers()[0].managed_agents().first().cloned()
    }
}

#[tokio::test]
async fn the_agent_of_ecs_exec_runs_if_the_task_role_lets_it() {
    let service = Service::deploy(BLUE_GREEN).await;
    let with = template(BLUE_GREEN).replacen(
        "      LaunchType: FARGATE\n",
        "      LaunchType: FARGATE\n      EnableExecuteCommand: true\n",
        1,
    );
    // The setting alone starts no deployment; new tasks have it.
    let with = with.replace("StopTimeout: 30", "StopTimeout: 20");
    service.begin_update(&with, &old()).await;
    assert_eq!(service.account.settled(STACK).await, "UPDATE_COMPLETE");
    let agent = service.agent().await.unwrap();
    assert_eq!(agent.last_status(), Some("STOPPED"));
    let reason = agent.reason().unwrap();
    assert!(
        reason.contains("is not authorized to perform: ssmmessages:CreateControlChannel"),
        "{reason}"
    );
    let allowed = with.replacen(ALLOWED, &format!("{AGENT}{ALLOWED}"), 1);
    service.begin_update(&allowed, &old()).await;
    assert_eq!(service.account.settled(STACK).await, "UPDATE_COMPLETE");
    let agent = service.agent().await.unwrap();
    assert_eq!(agent.name().unwrap().as_str(), "ExecuteCommandAgent");
    assert_eq!(
        (agent.last_status(), agent.reason()),
        (Some("RUNNING"), None)
    );
    service.stop().await;
}
