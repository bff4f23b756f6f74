//! Containers that are started again (`RestartPolicy`).

use serde_json::{Value, json};

use super::{Tasks, member};

/// A program that ends with 3 after this time when it runs first, and then says so.
fn ends(milliseconds: &str, policy: &Value) -> Value {
    json!({
        "command": [
            "once", "/started", milliseconds, "3",
            "say", "again", "get-env", "ECS_CONTAINER_METADATA_URI_V4", "", "exit", "0",
        ],
        "user": "0",
        "restartPolicy": policy,
    })
}

#[tokio::test]
async fn a_container_that_has_run_for_its_period_is_started_again_with_its_files() {
    let tasks = Tasks::new().await;
    let policy = json!({"enabled": true, "ignoredExitCodes": [0], "restartAttemptPeriod": 60});
    let (task, lines) = tasks.run_one(&ends("1100", &policy)).await;
    let [again, metadata] = &*lines else {
        panic!("{lines:?}")
    };
    assert_eq!(again, "again");
    assert!(metadata.contains("\"RestartCount\":1"), "{metadata}");
    assert_eq!(member(&task, "main", "exitCode"), 0);
    assert_eq!(task["stoppedReason"], "Essential container in task exited");

    for (milliseconds, policy) in [
        // It has ended too early.
        ("0", json!({"enabled": true})),
        ("1100", json!({"enabled": true, "ignoredExitCodes": [3]})),
        ("1100", json!({"enabled": false})),
    ] {
        let (task, lines) = tasks.run_one(&ends(milliseconds, &policy)).await;
        assert_eq!(member(&task, "main", "exitCode"), 3, "{policy}");
        assert!(lines.is_empty(), "{lines:?}");
    }
    tasks.account.local.stop().await;
}

#[tokio::test]
async fn a_container_that_is_to_stop_is_not_started_again() {
    let tasks = Tasks::new().await;
    let main = json!({
        "command": ["run"],
        "linuxParameters": {"initProcessEnabled": true},
        "restartPolicy": {"enabled": true, "restartAttemptPeriod": 60},
    });
    let task = tasks.start("stops", &[main], &json!({})).await;
    tasks
        .until(&task, |task| task["lastStatus"] == "RUNNING")
        .await;
    let stop = json!({"cluster": "tests", "task": task});
    tasks.ecs("StopTask", &stop).await.output();
    let task = tasks.ended(&task).await;
    // The init process passes SIGTERM on.
    assert_eq!(member(&task, "main", "exitCode"), 143);
    assert_eq!(task["stopCode"], "UserInitiated");
    tasks.account.local.stop().await;
}
