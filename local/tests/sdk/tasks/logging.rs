//! The log driver awslogs.

use serde_json::{Value, json};

use super::{ALLOWED, Tasks};
use crate::call;

fn log(more: &Value) -> Value {
    let mut options = json!({
        "awslogs-group": "/tests",
        "awslogs-region": "eu-central-1",
        "awslogs-stream-prefix": "t",
    });
    super::merge(&mut options, more);
    json!({"logDriver": "awslogs", "options": options})
}

#[tokio::test]
async fn a_group_is_created_only_if_that_is_wanted_and_allowed() {
    let tasks = Tasks::new().await;
    let main = |log: Value| json!({"command": ["say", "hello"], "logConfiguration": log});
    let (task, _) = tasks
        .run_one(&main(log(&json!({"awslogs-group": "/none"}))))
        .await;
    assert_eq!(
        task["stoppedReason"],
        "ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: failed to create Cloudwatch log stream: ResourceNotFoundException: The specified log group does not exist. : exit status 1"
    );
    let created = log(
        &json!({"awslogs-group": "/new", "awslogs-create-group": "true", "mode": "non-blocking", "max-buffer-size": "4m"}),
    );
    let task = tasks.run("new", &[main(created.clone())], &json!({})).await;
    assert_eq!(tasks.lines_in("/new", &task, "main").await, ["hello"]);
    let groups = json!({"logGroupNamePrefix": "/new"});
    let groups = call::json(&tasks.account, "logs", "DescribeLogGroups", &groups)
        .await
        .output();
    assert_eq!(groups["logGroups"][0]["logGroupName"], "/new");
    tasks.account.local.stop().await;

    let allowed: Vec<_> = ALLOWED
        .into_iter()
        .filter(|one| *one != "logs:CreateLogGroup")
        .collect();
    let tasks = Tasks::allowing(&allowed).await;
    let (task, _) = tasks.run_one(&main(created)).await;
    let said = task["stoppedReason"].as_str().unwrap();
    assert!(said.starts_with("ResourceInitializationError: failed to validate logger args: ") && said.contains("is not authorized to perform: logs:CreateLogGroup on resource: arn:aws:logs:eu-central-1:123456789012:log-group:/new:log-stream:"), "{said}");
    tasks.account.local.stop().await;
}

#[tokio::test]
async fn an_event_may_have_several_lines() {
    let tasks = Tasks::new().await;
    let words = ["say", "INFO a", "say", " at b", "say", "INFO c"];
    let main = json!({"command": words, "logConfiguration": log(&json!({"awslogs-multiline-pattern": "^INFO"}))});
    let (_, lines) = tasks.run_one(&main).await;
    assert_eq!(lines, ["INFO a\n at b", "INFO c"]);
    let words = ["say", "2026-11-28 a", "say", "b", "say", "2026-11-29 c"];
    let main = json!({"command": words, "logConfiguration": log(&json!({"awslogs-datetime-format": "%Y-%m-%d"}))});
    let (_, lines) = tasks.run_one(&main).await;
    assert_eq!(lines, ["2026-11-28 a\nb", "2026-11-29 c"]);
    let wrong = json!({"logConfiguration": log(&json!({"awslogs-multiline-pattern": "("}))});
    let (task, _) = tasks.run_one(&wrong).await;
    let said = task["stoppedReason"].as_str().unwrap();
    assert!(
        said.contains("awslogs could not parse multiline pattern key"),
        "{said}"
    );
    tasks.account.local.stop().await;
}
