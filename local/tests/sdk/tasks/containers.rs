//! Several containers of a task: their network, their volumes and their order.

use serde_json::{Value, json};

use super::{Tasks, container, member, merge, reason};

fn with(name: &str, words: &[&str], more: &Value) -> Value {
    let mut value = container(name, words);
    merge(&mut value, more);
    value
}

fn after(other: &str, condition: &str) -> Value {
    json!({"dependsOn": [{"containerName": other, "condition": condition}]})
}

#[tokio::test]
async fn containers_share_the_loopback_address_and_volumes() {
    let tasks = Tasks::new().await;
    let volumes = json!({"volumes": [{"name": "data"}]});
    let mount = |read_only: bool| json!([{"sourceVolume": "data", "containerPath": "/data", "readOnly": read_only}]);
    let mut reader = after("writer", "SUCCESS");
    reader["mountPoints"] = mount(true);
    let containers = [
        with("server", &["serve", "127.0.0.1:9000", "run"], &json!({})),
        with(
            "writer",
            &["write", "/data/a", "b", "exit", "0"],
            &json!({"essential": false, "user": "0", "mountPoints": mount(false)}),
        ),
        with(
            "main",
            &[
                "get",
                "127.0.0.1:9000",
                "read",
                "/data/a",
                "write",
                "/data/c",
                "d",
            ],
            &reader,
        ),
    ];
    let task = tasks.run("shared", &containers, &volumes).await;
    let lines = tasks.lines(&task, "main").await;
    assert_eq!(
        lines,
        [
            "200 ok",
            "/data/a=b",
            "/data/c: Read-only file system (os error 30)"
        ]
    );
    assert_eq!(tasks.lines(&task, "writer").await, ["/data/a is written"]);
    assert_eq!(member(&task, "main", "exitCode"), 0);
    tasks.account.local.stop().await;
}

#[tokio::test]
async fn a_container_starts_when_the_others_are_as_it_says() {
    let tasks = Tasks::new().await;
    let optional = json!({"essential": false});
    let complete = [
        with("first", &["say", "first", "exit", "4"], &optional),
        with("main", &["exit", "0"], &after("first", "COMPLETE")),
    ];
    let task = tasks.run("complete", &complete, &json!({})).await;
    assert_eq!(member(&task, "first", "exitCode"), 4);
    assert_eq!(member(&task, "main", "exitCode"), 0);

    let success = [
        complete[0].clone(),
        with("main", &["exit", "0"], &after("first", "SUCCESS")),
    ];
    let task = tasks.run("success", &success, &json!({})).await;
    let expected = "dependency graph: failed to resolve container ordering dependency [first] for target [main] as dependency did not exit successfully.";
    assert_eq!(task["stoppedReason"], expected);
    assert_eq!(task["stopCode"], "TaskFailedToStart");
    assert_eq!(reason(&task, "main"), expected);

    let check = json!({"healthCheck": {"command": ["CMD", "/showtable", "check", "/tmp/ready"], "interval": 5, "retries": 1}});
    let healthy = [
        with("first", &["write", "/tmp/ready", "", "run"], &check),
        with("main", &["exit", "0"], &after("first", "HEALTHY")),
    ];
    let tmp = json!({"volumes": [{"name": "tmp"}]});
    let mut healthy = healthy;
    healthy[0]["user"] = "0".into();
    healthy[0]["mountPoints"] = json!([{"sourceVolume": "tmp", "containerPath": "/tmp"}]);
    let task = tasks.run("healthy", &healthy, &tmp).await;
    assert_eq!(member(&task, "main", "exitCode"), 0);
    assert_eq!(member(&task, "first", "healthStatus"), "HEALTHY");
    tasks.account.local.stop().await;
}

#[tokio::test]
async fn a_check_without_a_shell_or_with_a_wrong_file_is_unhealthy() {
    let tasks = Tasks::new().await;
    for command in [
        json!(["CMD-SHELL", "exit 0"]),
        json!(["CMD", "/showtable", "check", "/none"]),
        json!(["CMD", "curl", "localhost"]),
    ] {
        let check = json!({"healthCheck": {"command": command, "interval": 5, "retries": 1}});
        let main = with("main", &["run"], &check);
        let task = tasks.start("sick", &[main], &json!({})).await;
        let sick = tasks
            .until(&task, |task| task["healthStatus"] == "UNHEALTHY")
            .await;
        // Only a service stops it.
        assert_eq!(sick["lastStatus"], "RUNNING", "{command}");
        let stop = json!({"cluster": "tests", "task": task});
        tasks.ecs("StopTask", &stop).await.output();
    }
    tasks.account.local.stop().await;
}

#[tokio::test]
async fn a_container_has_the_volumes_of_another() {
    let tasks = Tasks::new().await;
    let mount = json!([{"sourceVolume": "data", "containerPath": "/data"}]);
    let mut reader = after("writer", "COMPLETE");
    reader["volumesFrom"] = json!([{"sourceContainer": "writer", "readOnly": true}]);
    reader["user"] = "0".into();
    let containers = [
        with(
            "writer",
            &["write", "/data/a", "b"],
            &json!({"essential": false, "user": "0", "mountPoints": mount}),
        ),
        with(
            "main",
            &["read", "/data/a", "write", "/data/a", "c"],
            &reader,
        ),
    ];
    let volumes = json!({"volumes": [{"name": "data"}]});
    let task = tasks.run("from", &containers, &volumes).await;
    let expected = ["/data/a=b", "/data/a: Read-only file system (os error 30)"];
    assert_eq!(tasks.lines(&task, "main").await, expected);
    tasks.account.local.stop().await;
}

#[tokio::test]
async fn a_service_replaces_a_task_that_is_unhealthy() {
    let tasks = Tasks::new().await;
    let check = json!({"healthCheck": {"command": ["CMD", "/none"], "interval": 5, "retries": 1}});
    tasks
        .register("sick", &[with("main", &["run"], &check)], &json!({}))
        .await;
    let mut service = tasks.input("sick");
    merge(
        &mut service,
        &json!({"serviceName": "sick", "desiredCount": 1}),
    );
    tasks.ecs("CreateService", &service).await.output();
    let describe = json!({"cluster": "tests", "services": ["sick"]});
    e2e::until("the service to stop the task", async || {
        let answer = tasks.ecs("DescribeServices", &describe).await.output();
        let events = answer["services"][0]["events"].to_string();
        events
            .contains("failed container health checks")
            .then_some(())
    })
    .await;
    let stopped = json!({"cluster": "tests", "serviceName": "sick", "desiredStatus": "STOPPED"});
    let listed = tasks.ecs("ListTasks", &stopped).await.output();
    let task = tasks.ended(listed["taskArns"][0].as_str().unwrap()).await;
    assert_eq!(task["stoppedReason"], "Task failed container health checks");
    assert_eq!(task["healthStatus"], "UNHEALTHY");
    let delete = json!({"cluster": "tests", "service": "sick", "force": true});
    tasks.ecs("DeleteService", &delete).await.output();
    tasks.account.local.stop().await;
}
