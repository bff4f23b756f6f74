//! `RunTask` and `StopTask`.

use aws_sdk_ecs::Client;
use aws_sdk_ecs::operation::run_task::builders::RunTaskFluentBuilder;
use aws_sdk_ecs::types::{
    AwsVpcConfiguration, ContainerOverride, KeyValuePair, LaunchType, NetworkConfiguration, Tag,
    TaskField, TaskOverride,
};
use e2e::until;
use futures_util::future::join_all;
use serde_json::{Value, json};

use super::{Tasks, container, merge};

/// A call that starts two tasks with another command and more memory.
fn request(tasks: &Tasks, ecs: &Client) -> RunTaskFluentBuilder {
    let network = AwsVpcConfiguration::builder()
        .set_subnets(Some(tasks.subnets.clone()))
        .security_groups(&tasks.group)
        .build()
        .unwrap();
    let network = NetworkConfiguration::builder().awsvpc_configuration(network);
    let variable = KeyValuePair::builder().name("B").value("2").build();
    let overridden = ContainerOverride::builder()
        .name("main")
        .set_command(Some(
            ["env", "A", "env", "B", "exit", "7"]
                .map(str::to_owned)
                .into(),
        ))
        .environment(variable)
        .build();
    ecs.run_task()
        .cluster("tests")
        .task_definition("job")
        .count(2)
        .launch_type(LaunchType::Fargate)
        .network_configuration(network.build())
        .overrides(
            TaskOverride::builder()
                .container_overrides(overridden)
                .memory("1024")
                .build(),
        )
        .started_by("a-test")
        .client_token("once")
        .tags(Tag::builder().key("team").value("web").build())
}

#[tokio::test]
async fn a_task_ends_with_the_exit_code_of_its_program() {
    let tasks = Tasks::new().await;
    let main = json!({"command": ["say", "never"], "environment": [{"name": "A", "value": "1"}]});
    tasks.register("job", &[main], &json!({})).await;
    let ecs = Client::new(&tasks.account.config);
    let run = request(&tasks, &ecs);
    let started = run.clone().send().await.unwrap();
    assert_eq!((started.tasks().len(), started.failures().len()), (2, 0));
    let task = &started.tasks()[0];
    assert_eq!(task.last_status(), Some("PROVISIONING"));
    assert_eq!(task.group(), Some("family:job"));
    let again = run.send().await.unwrap();
    let arns = |tasks: &[aws_sdk_ecs::types::Task]| -> Vec<String> {
        tasks
            .iter()
            .map(|task| task.task_arn().unwrap().to_owned())
            .collect()
    };
    assert_eq!(
        arns(again.tasks()),
        arns(started.tasks()),
        "the token is the same"
    );

    let arn = task.task_arn().unwrap();
    let ended = tasks.ended(arn).await;
    assert_eq!(tasks.lines(&ended, "main").await, ["A=1", "B=2"]);
    let described = ecs.describe_tasks().cluster("tests").tasks(arn);
    let described = described.include(TaskField::Tags).send().await.unwrap();
    let task = &described.tasks()[0];
    assert_eq!(task.containers()[0].exit_code(), Some(7));
    assert_eq!(
        task.stopped_reason(),
        Some("Essential container in task exited")
    );
    assert_eq!(
        task.stop_code().unwrap().as_str(),
        "EssentialContainerExited"
    );
    assert_eq!((task.cpu(), task.memory()), (Some("256"), Some("1024")));
    assert_eq!(task.started_by(), Some("a-test"));
    assert_eq!(task.tags()[0].value(), Some("web"));
    let detail = |name: &str| {
        let details = task.attachments()[0].details().iter();
        details
            .clone()
            .find(|one| one.name() == Some(name))
            .unwrap()
            .value()
            .unwrap()
            .to_owned()
    };
    assert!(tasks.subnets.contains(&detail("subnetId")));
    let interface = &task.containers()[0].network_interfaces()[0];
    assert_eq!(
        interface.private_ipv4_address(),
        Some(&*detail("privateIPv4Address"))
    );
    assert!(task.started_at().is_some() && task.execution_stopped_at().is_some());
    let by = ecs.list_tasks().cluster("tests").started_by("a-test");
    let by = by.desired_status("STOPPED".into());
    until("both tasks to be listed", async || {
        let listed = by.clone().send().await.unwrap();
        (listed.task_arns().len() == 2).then_some(())
    })
    .await;
    let other = ecs.list_tasks().cluster("tests").started_by("another");
    assert!(
        other
            .desired_status("STOPPED".into())
            .send()
            .await
            .unwrap()
            .task_arns()
            .is_empty()
    );
    tasks.account.local.stop().await;
}

#[tokio::test]
async fn what_cannot_run_is_refused_in_the_words_of_ecs() {
    let tasks = Tasks::new().await;
    tasks
        .register("job", &[container("main", &["exit", "0"])], &json!({}))
        .await;
    tasks
        .register("old", &[container("main", &["exit", "0"])], &json!({}))
        .await;
    let old = json!({"taskDefinition": "old:1"});
    tasks.ecs("DeregisterTaskDefinition", &old).await.output();
    let network =
        |members: Value| json!({"networkConfiguration": {"awsvpcConfiguration": members}});
    let overrides = |members: Value| json!({"overrides": members});
    for (more, code, message) in [
        (
            json!({"cluster": "none"}),
            "ClusterNotFoundException",
            "Cluster not found.",
        ),
        (
            json!({"taskDefinition": "none"}),
            "ClientException",
            "TaskDefinition not found.",
        ),
        (
            json!({"taskDefinition": "old:1"}),
            "InvalidParameterException",
            "TaskDefinition is inactive",
        ),
        (
            json!({"count": 11}),
            "InvalidParameterException",
            "count cannot be greater than 10.",
        ),
        (
            json!({"launchType": null}),
            "InvalidParameterException",
            "No Container Instances were found in your cluster.",
        ),
        (
            json!({"networkConfiguration": null}),
            "InvalidParameterException",
            "Network Configuration must be provided when networkMode 'awsvpc' is specified.",
        ),
        (
            network(json!({"subnets": ["subnet-0"]})),
            "InvalidParameterException",
            "Error retrieving subnet information for [subnet-0]: The subnet ID 'subnet-0' does not exist (ErrorCode: InvalidSubnetID.NotFound)",
        ),
        (
            json!({"platformVersion": "9.9.9"}),
            "PlatformUnknownException",
            "The platform version 9.9.9 does not exist.",
        ),
        (
            overrides(json!({"containerOverrides": [{"name": "x", "command": ["y"]}]})),
            "InvalidParameterException",
            "Override for container named x is not a container in the TaskDefinition.",
        ),
        (
            overrides(json!({"cpu": "256", "memory": "8192"})),
            "ClientException",
            "No Fargate configuration exists for given values.",
        ),
        (
            overrides(json!({"taskRoleArn": "arn:aws:iam::123456789012:role/none"})),
            "ClientException",
            "ECS was unable to assume the role 'arn:aws:iam::123456789012:role/none' that was provided for this task. Please verify that the role being passed has the proper trust relationship and permissions and that your IAM user has permissions to pass this role.",
        ),
        (
            json!({"enableExecuteCommand": true}),
            "NotImplemented",
            "The local AWS does not do the member enableExecuteCommand yet.",
        ),
    ] {
        let mut input = tasks.input("job");
        merge(&mut input, &more);
        let (found_code, found) = tasks.ecs("RunTask", &input).await.error();
        assert_eq!(
            (found_code.as_str(), found.as_str()),
            (code, message),
            "{more}"
        );
    }
    tasks.account.local.stop().await;
}

#[tokio::test]
async fn a_task_is_stopped_by_its_user() {
    let tasks = Tasks::new().await;
    let task = tasks
        .start("job", &[container("main", &["run"])], &json!({}))
        .await;
    let running = tasks
        .until(&task, |task| task["lastStatus"] == "RUNNING")
        .await;
    assert_eq!(running["connectivity"], "CONNECTED");
    let cluster = json!({"cluster": "tests"});
    let (code, _) = tasks.ecs("DeleteCluster", &cluster).await.error();
    assert_eq!(code, "ClusterContainsTasksException");
    let described = json!({"clusters": ["tests"]});
    let described = tasks.ecs("DescribeClusters", &described).await.output();
    assert_eq!(described["clusters"][0]["runningTasksCount"], 1);

    let stop = json!({"cluster": "tests", "task": task, "reason": "enough"});
    let stopped = tasks.ecs("StopTask", &stop).await.output();
    assert_eq!(stopped["task"]["desiredStatus"], "STOPPED");
    let ended = tasks.ended(&task).await;
    assert_eq!(ended["stoppedReason"], "enough");
    assert_eq!(ended["stopCode"], "UserInitiated");
    // The first process of a container ends at SIGTERM only if it asks for it.
    assert_eq!(ended["containers"][0]["exitCode"], 137);
    let again = tasks.ecs("StopTask", &stop).await.output();
    assert_eq!(again["task"]["lastStatus"], "STOPPED");
    tasks.account.local.stop().await;
}

#[tokio::test]
async fn calls_with_the_same_token_at_the_same_time_start_the_tasks_once() {
    let tasks = Tasks::new().await;
    let main = json!({"command": ["exit", "0"]});
    tasks.register("job", &[main], &json!({})).await;
    let ecs = Client::new(&tasks.account.config);
    let run = || async {
        let answer = request(&tasks, &ecs).send().await.unwrap();
        let arns = answer.tasks().iter().map(|task| task.task_arn().unwrap());
        arns.map(str::to_owned).collect::<Vec<_>>()
    };
    let all = join_all((0..8).map(|_| run())).await;
    assert!(all.iter().all(|arns| *arns == all[0]), "{all:?}");
    tasks.account.local.stop().await;
}

#[tokio::test]
async fn start_task_finds_no_container_instances() {
    let tasks = Tasks::new().await;
    tasks
        .register("job", &[container("main", &["run"])], &json!({}))
        .await;
    let any = json!({"requiresCompatibilities": ["EC2", "FARGATE"]});
    tasks
        .register("any", &[container("main", &["run"])], &any)
        .await;
    let input = |family: &str, instances: &[&str]| json!({"cluster": "tests", "taskDefinition": family, "containerInstances": instances});
    for (input, code, sentence) in [
        (
            input("job", &["a"]),
            "InvalidParameterException",
            "Task definition does not support launch_type EC2.",
        ),
        (
            input("none", &["a"]),
            "ClientException",
            "TaskDefinition not found.",
        ),
        (
            input("any", &[]),
            "InvalidParameterException",
            "Container instance cannot be empty.",
        ),
        (
            input("any", &["a"; 11]),
            "InvalidParameterException",
            "containerInstances can have at most 10 items.",
        ),
    ] {
        let found = tasks.ecs("StartTask", &input).await.error();
        assert_eq!(found, (code.to_owned(), sentence.to_owned()));
    }
    let answer = tasks.ecs("StartTask", &input("any", &["a"])).await.output();
    let arn = "arn:aws:ecs:eu-central-1:123456789012:container-instance/tests/a";
    let expected = json!({"tasks": [], "failures": [{"arn": arn, "reason": "MISSING"}]});
    assert_eq!(answer, expected);
    tasks.account.local.stop().await;
}
