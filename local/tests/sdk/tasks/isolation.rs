//! What a program in a task cannot see of the developer, and cannot do as the developer.

use std::fs::File;

use rustix::io::{FdFlags, fcntl_setfd};
use serde_json::json;

use super::{Tasks, container};

/// A key that the local AWS has not issued: outside of tasks, that of the developer.
const FOREIGN: &str = "authorization: AWS4-HMAC-SHA256 Credential=local/20260101/eu-central-1/ssm/aws4_request, SignedHeaders=host, Signature=0";

#[tokio::test]
async fn a_program_sees_nothing_of_the_developer() {
    let tasks = Tasks::new().await;
    // The shell of the developer may leave files open for the programs that it starts.
    let directory = tempfile::tempdir().unwrap();
    let left_open = File::create(directory.path().join("left-open")).unwrap();
    fcntl_setfd(&left_open, FdFlags::empty()).unwrap();
    let checkout = env!("CARGO_MANIFEST_DIR");
    let words = [
        "names",
        "descriptors",
        "look",
        checkout,
        "read",
        "/proc/1/cmdline",
        "exit",
        "0",
    ];
    let lines = tasks.run_one(&container("main", &words)).await.1;
    let names = lines[0].trim_start_matches("names=").split(',');
    let is_known = |name: &str| {
        let of_aws = ["AWS_", "ECS_"].iter().any(|start| name.starts_with(start));
        let of_image = ["HOME", "PATH", "MIMALLOC_PURGE_DELAY"].contains(&name);
        of_aws || of_image || name == "ELB_PUBLIC_KEYS_URL"
    };
    let unknown: Vec<&str> = names.filter(|name| !is_known(name)).collect();
    assert_eq!(unknown, Vec::<&str>::new());
    let open: Vec<&str> = lines[1]
        .trim_start_matches("descriptors=")
        .split(',')
        .collect();
    assert_eq!(open.len(), 3, "{open:?}");
    assert_eq!(open[0], "/dev/null");
    assert!(
        open[1..].iter().all(|one| one.starts_with("pipe:")),
        "{open:?}"
    );
    assert_eq!(
        lines[2],
        format!("{checkout}: No such file or directory (os error 2)")
    );
    let first = lines[3].trim_start_matches("/proc/1/cmdline=");
    assert!(first.starts_with("/showtable\0names\0"), "{first}");
    tasks.account.local.stop().await;
}

#[tokio::test]
async fn a_program_that_may_trace_the_first_process_of_its_task_finds_nothing() {
    let tasks = Tasks::new().await;
    let words = [
        "read",
        "/proc/1/environ",
        "look",
        "/proc/1/root",
        "look",
        "/proc/1/cwd",
        "read",
        "/proc/1/cmdline",
        "exit",
        "0",
    ];
    let mut main = container("main", &words);
    main["user"] = json!("0");
    main["linuxParameters"] = json!({"capabilities": {"add": ["SYS_PTRACE"]}});
    let task = tasks
        .run("traces", &[main], &json!({"pidMode": "task"}))
        .await;
    let lines = tasks.lines(&task, "main").await;
    assert_eq!(
        lines[..3],
        [
            "/proc/1/environ=",
            "/proc/1/root has 0",
            "/proc/1/cwd has 0"
        ]
    );
    assert!(lines[3].contains("task-pause"), "{lines:?}");
    tasks.account.local.stop().await;
}

#[tokio::test]
async fn a_program_has_the_rights_of_its_task_and_not_those_of_the_developer() {
    let tasks = Tasks::new().await;
    let login = "authorization: Basic QVdTOmxvY2Fs";
    let words = [
        "ask",
        "POST",
        "/",
        FOREIGN,
        "ask",
        "GET",
        "/",
        FOREIGN,
        "ask",
        "GET",
        "/v2/",
        login,
        "ask",
        "GET",
        "/_local/events",
        FOREIGN,
        "ask",
        "GET",
        "/_local/explain?from=task&to=ssm",
        "accept: */*",
        "ask",
        "GET",
        "/",
        "accept: */*",
        "exit",
        "0",
    ];
    let lines = tasks.run_one(&container("main", &words)).await.1;
    assert_eq!(
        lines,
        [
            "POST / 400",
            "GET / 400",
            "GET /v2/ 401",
            "GET /_local/events 403",
            "GET /_local/explain?from=task&to=ssm 403",
            "GET / 403",
        ]
    );
    tasks.account.local.stop().await;
}
