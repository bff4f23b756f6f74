//! The memory of a container, and that of a task.

use serde_json::json;

use super::{Tasks, container, member, reason};

const KILLED: &str = "OutOfMemoryError: Container killed due to memory usage";

#[tokio::test]
async fn a_container_with_too_much_memory_is_killed() {
    let tasks = Tasks::new().await;
    let hungry = json!({"command": ["eat", "100", "run"], "memory": 64});
    let (task, _) = tasks.run_one(&hungry).await;
    assert_eq!(member(&task, "main", "exitCode"), 137);
    assert_eq!(reason(&task, "main"), KILLED);
    assert_eq!(task["stopCode"], "EssentialContainerExited");
    let modest = json!({"command": ["eat", "30", "exit", "0"], "memory": 64});
    assert_eq!(
        member(&tasks.run_one(&modest).await.0, "main", "exitCode"),
        0
    );
    tasks.account.local.stop().await;
}

#[tokio::test]
async fn the_containers_of_a_task_share_its_memory() {
    let tasks = Tasks::new().await;
    let containers = [
        container("small", &["eat", "220", "run"]),
        container("large", &["eat", "330", "run"]),
    ];
    let task = tasks.run("both", &containers, &json!({})).await;
    assert_eq!(reason(&task, "large"), KILLED);
    assert_eq!(member(&task, "large", "exitCode"), 137);
    assert_eq!(reason(&task, "small"), "");
    tasks.account.local.stop().await;
}
