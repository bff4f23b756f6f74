//! The processes of containers: those of other containers, an init process, directories in memory, and parameters of
//! the kernel.

use serde_json::{Value, json};

use super::{Tasks, container, member, merge, reason};

fn with(name: &str, words: &[&str], more: &Value) -> Value {
    let mut value = container(name, words);
    merge(&mut value, more);
    value
}

#[tokio::test]
async fn containers_see_the_processes_of_others_if_the_task_shares_them() {
    let tasks = Tasks::new().await;
    let containers = [
        container("other", &["processes", "serve", "127.0.0.1:9200", "run"]),
        with(
            "leaves",
            &["leave", "127.0.0.1:9100", "exit", "0"],
            &json!({"essential": false}),
        ),
        with(
            "main",
            &[
                "get",
                "127.0.0.1:9200",
                "processes",
                "open",
                "127.0.0.1:9100",
                "exit",
                "0",
            ],
            &json!({"dependsOn": [
                {"containerName": "other", "condition": "START"},
                {"containerName": "leaves", "condition": "SUCCESS"},
            ]}),
        ),
    ];
    for (mode, shares) in [(json!({"pidMode": "task"}), true), (json!({}), false)] {
        let task = tasks.run("seen", &containers, &mode).await;
        let other = tasks.lines(&task, "other").await;
        let main = tasks.lines(&task, "main").await;
        assert_eq!(main[1] == other[0], shares, "{main:?} {other:?}");
        // What a container has started ends with it.
        assert_eq!(main[2], "127.0.0.1:9100 is open: false", "{mode}");
        assert_eq!(member(&task, "main", "exitCode"), 0);
    }
    let shared = tasks.register_error(&json!({"pidMode": "host"})).await;
    assert_eq!(
        shared,
        "Tasks using the Fargate launch type do not support pidMode 'host'. The supported value for pidMode is 'task'."
    );
    tasks.account.local.stop().await;
}

#[tokio::test]
async fn an_init_process_starts_the_program_with_its_settings() {
    let tasks = Tasks::new().await;
    let init = json!({"linuxParameters": {"initProcessEnabled": true}});
    let mut main = with("main", &["who", "env", "A", "exit", "7"], &init);
    main["environment"] = json!([{"name": "A", "value": "1"}]);
    let (task, lines) = tasks.run_one(&main).await;
    assert!(lines[0].starts_with("who=65532:65532 "), "{lines:?}");
    assert_eq!(lines[1], "A=1");
    assert_eq!(member(&task, "main", "exitCode"), 7);

    let mut checked = with("main", &["run"], &init);
    checked["environment"] = json!([{"name": "A", "value": "1"}]);
    checked["healthCheck"] =
        json!({"command": ["CMD", "/showtable", "has", "A"], "interval": 5, "retries": 1});
    let task = tasks.start("checked", &[checked], &json!({})).await;
    tasks
        .until(&task, |task| task["healthStatus"] == "HEALTHY")
        .await;
    let stop = json!({"cluster": "tests", "task": task});
    tasks.ecs("StopTask", &stop).await.output();

    let mut missing = init;
    missing["entryPoint"] = json!(["/none"]);
    let (task, _) = tasks.run_one(&missing).await;
    assert_eq!(task["stopCode"], "TaskFailedToStart");
    tasks.account.local.stop().await;
}

#[tokio::test]
async fn a_directory_in_memory_has_its_size_and_options() {
    let tasks = Tasks::new().await;
    let main = json!({
        "command": ["write", "/scratch/a", "b", "read", "/scratch/a", "read", "/proc/self/mounts"],
        "readonlyRootFilesystem": true,
        "linuxParameters": {"tmpfs": [
            {"containerPath": "/scratch", "size": 64},
            {"containerPath": "/fixed", "size": 1, "mountOptions": ["ro", "exec"]},
        ]},
    });
    let (_, lines) = tasks.run_one(&main).await;
    assert_eq!(lines[..2], ["/scratch/a is written", "/scratch/a=b"]);
    let options = |path: &str| {
        let line = lines
            .iter()
            .find(|line| line.contains(&format!(" {path} tmpfs ")))
            .unwrap_or_else(|| panic!("{lines:?}"));
        line.split(' ').nth(3).unwrap().to_owned()
    };
    let scratch = options("/scratch");
    assert!(scratch.starts_with("rw,nosuid,nodev,noexec,"), "{scratch}");
    assert!(scratch.contains("size=65536k"), "{scratch}");
    let fixed = options("/fixed");
    assert!(fixed.starts_with("ro,nosuid,nodev,"), "{fixed}");
    assert!(!fixed.contains("noexec"), "{fixed}");
    tasks.account.local.stop().await;
}

#[tokio::test]
async fn parameters_of_the_kernel_are_those_of_the_task() {
    let tasks = Tasks::new().await;
    let file = "/proc/sys/net/ipv4/tcp_keepalive_time";
    let set = |name: &str| {
        json!({
            "command": ["read", file],
            "systemControls": [{"namespace": name, "value": "321"}],
        })
    };
    let (task, lines) = tasks.run_one(&set("net.ipv4.tcp_keepalive_time")).await;
    assert_eq!(lines, [format!("{file}=321")], "{task}");
    let (task, _) = tasks.run_one(&set("vm.swappiness")).await;
    let expected = "sysctl \"vm.swappiness\" is not in a separate kernel namespace: unknown";
    assert!(reason(&task, "main").ends_with(expected), "{task}");
    tasks.account.local.stop().await;
}
