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

    /// What ECS says to a command in the only task.
    async fn command(&self) -> String {
        let list = self.ecs.list_tasks().cluster(&self.cluster);
        let listed = list.service_name(&self.name).send().await.unwrap();
        let execute = self.ecs.execute_command().cluster(&self.cluster);
        let execute = execute.task(&listed.task_arns()[0]).command("/bin/sh");
        let refused = execute.interactive(true).send().await.unwrap_err();
        let refused = refused.into_service_error();
        refused.meta().message().unwrap_or_default().to_owned()
    }
}

#[tokio::test]
async fn the_agent_of_ecs_exec_runs_if_the_task_role_lets_it() {
    let service = Service::deploy(BLUE_GREEN).await;
    let with = template(BLUE_GREEN).replacen(
        "EnableExecuteCommand: !If [HasExecuteCommand, true, false]",
        "EnableExecuteCommand: true",
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
    let refused = service.command().await;
    assert!(
        refused.contains("the execute command agent isn't running"),
        "{refused}"
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
    assert_eq!(
        service.command().await,
        "The local AWS does not do sessions of ECS Exec yet."
    );
    service.stop().await;
}
