//! The settings of a container: program, user, directory, files.

use serde_json::json;

use super::{Tasks, reason};

#[tokio::test]
async fn a_program_has_the_settings_of_its_definition() {
    let tasks = Tasks::new().await;
    let (_, lines) = tasks
        .run_one(&json!({"command": ["who", "here", "write", "/static/x", ""]}))
        .await;
    assert_eq!(lines[0].split(' ').next(), Some("who=65532:65532"));
    assert_eq!(
        lines[1..],
        ["here=/", "/static/x: Permission denied (os error 13)"]
    );
    let settings = json!({
        "entryPoint": ["/showtable", "who"],
        "command": ["here", "write", "/x", ""],
        "user": "0:7",
        "workingDirectory": "/static",
        "readonlyRootFilesystem": true,
        "linuxParameters": {"capabilities": {"drop": ["ALL"]}},
    });
    let (_, lines) = tasks.run_one(&settings).await;
    let expected = [
        "who=0:7 can=0000000000000000",
        "here=/static",
        "/x: Read-only file system (os error 30)",
    ];
    assert_eq!(lines, expected);
    tasks.account.local.stop().await;
}

#[tokio::test]
async fn a_program_or_user_that_the_image_lacks_is_named() {
    let tasks = Tasks::new().await;
    for (settings, expected) in [
        (
            json!({"entryPoint": ["sh", "-c"]}),
            "exec: \"sh\": executable file not found in $PATH",
        ),
        (
            json!({"entryPoint": ["/bin/app"]}),
            "exec: \"/bin/app\": stat /bin/app: no such file or directory",
        ),
        (
            json!({"entryPoint": ["/static/css/showtable.css"]}),
            "exec: \"/static/css/showtable.css\": permission denied",
        ),
        (
            json!({"user": "nobody"}),
            "unable to find user nobody: no matching entries in passwd file",
        ),
    ] {
        let (task, _) = tasks.run_one(&settings).await;
        let words = format!(
            "CannotStartContainerError: ResourceInitializationError: failed to create new container runtime task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: {expected}: unknown"
        );
        assert_eq!(task["stoppedReason"], words);
        assert_eq!(reason(&task, "main"), words);
        assert_eq!(task["stopCode"], "TaskFailedToStart");
    }
    tasks.account.local.stop().await;
}

#[tokio::test]
async fn fargate_refuses_what_it_does_not_have() {
    let tasks = Tasks::new().await;
    for (settings, code, expected) in [
        (
            json!({"privileged": true}),
            "ClientException",
            "Fargate requires that the 'privileged' setting be 'false'.",
        ),
        (
            json!({"links": ["a"]}),
            "ClientException",
            "Links are not supported when networkMode=awsvpc.",
        ),
        (
            json!({"portMappings": [{"containerPort": 80, "hostPort": 81}]}),
            "ClientException",
            "When networkMode=awsvpc, the host ports and container ports in port mappings must match.",
        ),
    ] {
        let input = json!({
            "family": "refused",
            "containerDefinitions": [tasks.usual(&settings)],
            "cpu": "256",
            "memory": "512",
            "networkMode": "awsvpc",
            "requiresCompatibilities": ["FARGATE"],
            "executionRoleArn": "arn:aws:iam::123456789012:role/execution",
        });
        let found = tasks.ecs("RegisterTaskDefinition", &input).await.error();
        assert_eq!(found, (code.to_owned(), expected.to_owned()), "{settings}");
    }
    tasks.account.local.stop().await;
}
