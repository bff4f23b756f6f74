//! The endpoints of the container agent, as a program in a task sees them.

use serde_json::{Value, json};

use super::{Tasks, container};

const URI: &str = "ECS_CONTAINER_METADATA_URI_V4";

/// The JSON of an answer with the status 200.
fn body(line: &str) -> Value {
    let text = line
        .strip_prefix("200 ")
        .unwrap_or_else(|| panic!("{line}"));
    serde_json::from_str(text).unwrap()
}

#[tokio::test]
async fn a_program_reads_about_its_task() {
    let tasks = Tasks::new().await;
    let main = container(
        "main",
        &[
            "get-env",
            URI,
            "",
            "get-env",
            URI,
            "/task",
            "get-env",
            URI,
            "/stats",
            "get-env",
            URI,
            "/task/stats",
            "get",
            "169.254.170.2/v4/none",
        ],
    );
    let other = container("other", &["run"]);
    let storage = json!({"ephemeralStorage": {"sizeInGiB": 30}, "enableFaultInjection": true});
    let task = tasks.run("meta", &[main, other], &storage).await;
    assert_eq!(task["ephemeralStorage"], json!({"sizeInGiB": 30}));
    let lines = tasks.lines(&task, "main").await;
    let [own, all, stats, task_stats, none] = &*lines else {
        panic!("{lines:?}")
    };
    let own = body(own);
    assert_eq!(own["Name"], "main");
    assert_eq!(own["KnownStatus"], "RUNNING");
    assert_eq!(own["Image"], tasks.image);
    let all = body(all);
    assert_eq!(all["TaskARN"], task["taskArn"]);
    assert_eq!(
        (&all["Family"], &all["Revision"]),
        (&json!("meta"), &json!("1"))
    );
    assert_eq!(all["Containers"].as_array().unwrap().len(), 2);
    assert_eq!(all["Limits"], json!({"CPU": 0.25, "Memory": 512}));
    // A member without a value is missing, as on AWS.
    for absent in ["ServiceName", "ExecutionStoppedAt"] {
        assert_eq!(all.get(absent), None);
    }
    assert_eq!(own.get("RestartCount"), None);
    assert_eq!(all["EphemeralStorageMetrics"]["Reserved"], 30 * 1024 + 16);
    assert_eq!(all["FaultInjectionEnabled"], true);
    let network = &own["Networks"][0];
    let address = network["IPv4Addresses"][0].as_str().unwrap();
    let block = network["IPv4SubnetCIDRBlock"].as_str().unwrap();
    let first = |text: &str| text.rsplit_once('.').map(|(first, _)| first.to_owned());
    let router = format!("{}.1/18", first(block).unwrap());
    assert_eq!(network["SubnetGatewayIpv4Address"], router);
    assert_eq!(network["DomainNameServers"], json!(["10.0.0.2"]));
    assert!(address.starts_with("10.0."), "{address}");
    let stats = body(stats);
    for (member, inner) in [
        ("memory_stats", "usage"),
        ("memory_stats", "limit"),
        ("cpu_stats", "system_cpu_usage"),
        ("precpu_stats", "system_cpu_usage"),
        ("cpu_stats", "online_cpus"),
        ("pids_stats", "current"),
    ] {
        let number = stats[member][inner].as_u64();
        assert!(number.is_some_and(|number| number > 0), "{stats}");
    }
    assert!(
        stats["preread"].as_str() < stats["read"].as_str(),
        "{stats}"
    );
    assert!(stats["networks"]["eth1"]["rx_bytes"].is_u64(), "{stats}");
    assert!(stats["network_rate_stats"]["rx_bytes_per_sec"].is_number());
    assert!(stats["cpu_stats"]["cpu_usage"]["total_usage"].is_u64());
    assert_eq!(body(task_stats).as_object().unwrap().len(), 2);
    assert!(none.starts_with("404 "), "{none}");
    tasks.account.local.stop().await;
}

#[tokio::test]
async fn credentials_are_those_of_the_own_role_while_the_task_runs() {
    let tasks = Tasks::new().await;
    let role = "arn:aws:iam::123456789012:role/task";
    let uri = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI";
    let first = container("main", &["env", uri, "run"]);
    let first = tasks
        .start("a", &[first], &json!({"taskRoleArn": role}))
        .await;
    let first = tasks
        .until(&first, |task| task["lastStatus"] == "RUNNING")
        .await;
    let path = e2e::until("the path of the credentials", async || {
        let lines = tasks.lines(&first, "main").await;
        lines
            .first()?
            .split_once('=')
            .map(|(_, path)| path.to_owned())
    })
    .await;
    let address = format!("169.254.170.2{path}");
    // The path is the secret, as on AWS: it works in each task that knows it.
    let read = json!({"name": "main", "command": ["get", address], "environment": []});
    let task = tasks
        .run("b", std::slice::from_ref(&read), &json!({}))
        .await;
    let given = body(&tasks.lines(&task, "main").await[0]);
    assert_eq!(given["RoleArn"], role);
    assert!(given["AccessKeyId"].as_str().unwrap().starts_with("ASIA"));
    assert!(
        given["Token"]
            .as_str()
            .is_some_and(|token| !token.is_empty())
    );

    let stop = json!({"cluster": "tests", "task": first["taskArn"]});
    tasks.ecs("StopTask", &stop).await.output();
    tasks.ended(first["taskArn"].as_str().unwrap()).await;
    let task = tasks.run("b", &[read], &json!({})).await;
    let refused = &tasks.lines(&task, "main").await[0];
    assert!(
        refused.starts_with("400 ") && refused.contains("InvalidIdInRequest"),
        "{refused}"
    );

    let without = container("main", &["env", uri]);
    let task = tasks.run("c", &[without], &json!({})).await;
    assert_eq!(tasks.lines(&task, "main").await, [format!("{uri}=-")]);
    tasks.account.local.stop().await;
}
