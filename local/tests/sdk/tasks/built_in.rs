//! The images that are built in act as that of the `Dockerfile`.

use serde_json::json;

use super::{Tasks, member};

#[tokio::test]
async fn a_built_in_image_has_a_program_and_no_shell() {
    let tasks = Tasks::new().await;
    let (task, lines) = tasks
        .run_one(&json!({"image": "local/showtable", "command": ["--version"]}))
        .await;
    assert_eq!(member(&task, "main", "exitCode"), 0, "{lines:?}");
    assert!(lines[0].starts_with("showtable "), "{lines:?}");
    let (task, lines) = tasks
        .run_one(&json!({"image": "local/showtable", "command": ["sh", "-c", "exit 0"]}))
        .await;
    assert_eq!(member(&task, "main", "exitCode"), 2, "{lines:?}");
    let (task, lines) = tasks.run_one(&json!({"image": "local/crashes:1"})).await;
    assert_eq!(member(&task, "main", "exitCode"), 3);
    assert_eq!(lines.len(), 2, "{lines:?}");
    for (settings, expected) in [
        (
            json!({"entryPoint": ["sh", "-c", "exit 0"]}),
            "exec: \"sh\": executable file not found in $PATH",
        ),
        (
            json!({"user": "showtable"}),
            "unable to find user showtable: no matching entries in passwd file",
        ),
    ] {
        let mut main = settings;
        main["image"] = "local/showtable".into();
        let (task, _) = tasks.run_one(&main).await;
        let said = task["stoppedReason"].as_str().unwrap();
        assert!(
            said.starts_with("CannotStartContainerError: ") && said.contains(expected),
            "{said}"
        );
    }
    tasks.account.local.stop().await;
}

#[tokio::test]
async fn a_health_check_of_the_app_needs_no_shell() {
    let tasks = Tasks::new().await;
    let health = async |command: serde_json::Value| {
        let check = json!({"command": command, "interval": 5, "retries": 1});
        let main = json!({"image": "local/unhealthy", "healthCheck": check});
        let task = tasks.start("checked", &[main], &json!({})).await;
        let checked = tasks
            .until(&task, |task| task["healthStatus"] != "UNKNOWN")
            .await;
        let stop = json!({"cluster": "tests", "task": task});
        tasks.ecs("StopTask", &stop).await.output();
        checked["healthStatus"].as_str().unwrap().to_owned()
    };
    assert_eq!(health(json!(["CMD", "/none"])).await, "UNHEALTHY");
    assert_eq!(health(json!(["CMD-SHELL", "true"])).await, "UNHEALTHY");
    tasks.account.local.stop().await;
}
