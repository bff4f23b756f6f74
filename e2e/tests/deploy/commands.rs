//! The programs as a person starts them: the local AWS in one shell, deployments in another one.

use std::path::Path;
use std::process::{Command, Output};

use aws_sdk_cloudformation::types::Capability;
use deploy::{Approval, Clients, Environment, Options};
use e2e::http::{get, get_as};
use e2e::shell::{Shell, signal};
use e2e::{Account, ROOT, binaries, config, free_port, until};

/// Runs the local AWS, which refuses to start. Returns its standard error.
fn refusal(arguments: &[&str]) -> String {
    let output: Output = binaries::local()
        .args(arguments)
        .output()
        .expect("the local AWS runs");
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert!(output.stdout.is_empty(), "{output:?}");
    let said = String::from_utf8(output.stderr).expect("text");
    assert_eq!(said.trim().lines().count(), 1, "one sentence: {said}");
    said
}

#[tokio::test]
async fn one_command_shows_the_page_and_ctrl_c_ends_all_of_it() {
    let mut local = Shell::start(&["--port", "0", "--alb-port", &free_port().to_string()]);
    let url = local.read("Page");
    assert_eq!(local.read("Login"), "go-on-aws / hugo2021");
    let endpoint = local.read("AWS_ENDPOINT_URL=");
    assert_eq!(
        get_as(&url, "/query", "go-on-aws:hugo2021").await.status,
        200
    );
    assert_eq!(
        get_as(&url, "/query", "go-on-aws:hugo2022").await.status,
        401
    );
    let children = children(local.process.id());
    assert!(!children.is_empty(), "tasks are children of the local AWS");
    local.interrupt();
    assert!(
        children.iter().all(|task| !is_running(*task)),
        "the tasks have ended"
    );
    assert_eq!(get(&url).await.status, 0, "nobody listens any more");
    assert_eq!(get(&endpoint).await.status, 0, "nobody listens any more");
}

#[tokio::test]
async fn no_task_outlives_a_local_aws_that_is_killed() {
    let mut local = Shell::start(&["--port", "0", "--alb-port", &free_port().to_string()]);
    local.read("Page");
    let tasks = children(local.process.id());
    assert!(!tasks.is_empty());
    signal("-KILL", local.process.id());
    until("the tasks to end", async || {
        tasks.iter().all(|task| !is_running(*task)).then_some(())
    })
    .await;
}

fn children(process: u32) -> Vec<u32> {
    let output = Command::new("ps")
        .args(["-o", "pid=", "--ppid", &process.to_string()])
        .output()
        .expect("ps");
    let text = String::from_utf8(output.stdout).expect("text");
    text.split_whitespace()
        .filter_map(|id| id.parse().ok())
        .collect()
}

/// Whether the process runs and is not a zombie.
fn is_running(process: u32) -> bool {
    let output = Command::new("ps")
        .args(["-o", "stat=", "-p", &process.to_string()])
        .output()
        .expect("ps");
    let state = String::from_utf8(output.stdout).expect("text");
    !state.trim().is_empty() && !state.starts_with('Z')
}

#[tokio::test]
async fn a_data_directory_keeps_stacks_tables_and_items() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().to_str().unwrap();
    let (port, alb_port) = (free_port().to_string(), free_port().to_string());
    let arguments = ["--port", &port, "--alb-port", &alb_port, "--data", data];
    let mut first = Shell::start(&arguments);
    let url = first.read("Page");
    let table = first.read("Table");
    first.interrupt();
    let mut second = Shell::start(&arguments);
    assert_eq!(second.read("Page"), url);
    assert_eq!(second.read("Table"), table);
    until("the service to run again", async || {
        let page = get_as(&url, "/query", "go-on-aws:hugo2021").await;
        (page.status == 200 && page.text.contains("object-key-demo3")).then_some(())
    })
    .await;
    second.interrupt();
}

#[tokio::test]
async fn a_local_aws_that_is_killed_in_an_operation_comes_back_to_a_good_state() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().to_str().unwrap();
    let port = free_port().to_string();
    let arguments =
        |pace: &'static str| ["--empty", "--port", &*port, "--data", data, "--pace", pace];
    // The NAT gateway takes longer than the test.
    let mut local = Shell::start(&arguments("1"));
    local.read("AWS_ENDPOINT_URL=");
    let cloudformation =
        aws_sdk_cloudformation::Client::new(&config(&format!("http://127.0.0.1:{port}")).await);
    cloudformation
        .create_stack()
        .stack_name("vpc")
        .template_body(vpc::STACK.template)
        .capabilities(Capability::CapabilityIam)
        .send()
        .await
        .unwrap();
    until("the first resource", async || {
        let resources = cloudformation
            .list_stack_resources()
            .stack_name("vpc")
            .send()
            .await
            .ok()?;
        let complete = |status: Option<&aws_sdk_cloudformation::types::ResourceStatus>| {
            status.is_some_and(|status| status.as_str() == "CREATE_COMPLETE")
        };
        resources
            .stack_resource_summaries()
            .iter()
            .any(|one| complete(one.resource_status()))
            .then_some(())
    })
    .await;
    signal("-KILL", local.process.id());
    drop(local);

    let mut local = Shell::start(&arguments("0.01"));
    local.read("AWS_ENDPOINT_URL=");
    let status = until("the stack to settle", async || {
        let described = cloudformation
            .describe_stacks()
            .stack_name("vpc")
            .send()
            .await
            .ok()?;
        let status = described
            .stacks()
            .first()?
            .stack_status()?
            .as_str()
            .to_owned();
        (!status.ends_with("_IN_PROGRESS")).then_some(status)
    })
    .await;
    assert_eq!(status, "ROLLBACK_COMPLETE");
    let clients = Clients::from(&config(&format!("http://127.0.0.1:{port}")).await);
    let deployed = deploy::deploy(&clients, &vpc::STACK, &granted())
        .await
        .unwrap();
    assert_eq!(deployed.state.status, "CREATE_COMPLETE");
    local.interrupt();
}

fn granted() -> Options {
    Options {
        approval: Approval::Never,
        ..Options::default()
    }
}

#[test]
fn a_failed_start_of_the_local_aws_is_explained_in_one_sentence() {
    let directory = tempfile::tempdir().unwrap();
    let path = |name: &str| directory.path().join(name).to_str().unwrap().to_owned();

    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    assert!(refusal(&["--port", &port]).contains("choose another port with --port"));

    std::fs::write(path("file"), "").unwrap();
    assert!(
        refusal(&["--port", "0", "--data", &path("file")]).contains("choose another with --data")
    );

    // Not even root can write here: a directory has the name of the lock.
    std::fs::create_dir_all(Path::new(&path("locked")).join("lock")).unwrap();
    assert!(refusal(&["--port", "0", "--data", &path("locked")]).contains("cannot be written"));

    std::fs::create_dir(path("state")).unwrap();
    std::fs::write(Path::new(&path("state")).join("state.json"), "{}[").unwrap();
    assert!(refusal(&["--port", "0", "--data", &path("state")]).contains("corrupt"));

    std::fs::create_dir(path("tables")).unwrap();
    std::fs::write(
        Path::new(&path("tables")).join("dynamodb.sqlite"),
        "no database at all, whatever the name says",
    )
    .unwrap();
    assert!(refusal(&["--port", "0", "--data", &path("tables")]).contains("cannot be opened"));
}

#[tokio::test]
async fn the_container_says_which_task_to_run_first() {
    let account = Account::new().await;
    let clients = Clients::from(&account.config);
    let refused = container::deploy(&clients, &Environment::DEFAULT, None, &granted())
        .await
        .unwrap_err()
        .to_string();
    assert!(
        refused.contains("task deploy-vpc") && refused.contains("/go-on-aws/vpc"),
        "{refused}"
    );
    assert!(
        account.stack("container").await.is_none(),
        "nothing is left half-made"
    );
}

#[tokio::test]
async fn the_network_is_not_destroyed_under_the_service() {
    let account = Account::new().await;
    let demo = account.local.deploy().await.unwrap();
    let clients = Clients::from(&account.config);
    let destroyed = deploy::destroy(&clients, &vpc::STACK, &granted()).await;
    let refused = destroyed.unwrap_err().to_string();
    assert!(refused.contains("container"), "{refused}");
    assert_eq!(
        account
            .stack("vpc")
            .await
            .unwrap()
            .stack_status()
            .unwrap()
            .as_str(),
        "CREATE_COMPLETE"
    );
    assert_eq!(
        get_as(&demo.url, "/query", "go-on-aws:hugo2021")
            .await
            .status,
        200
    );
    account.local.stop().await;
}

#[test]
#[ignore = "needs task (pip install go-task-bin)"]
fn the_tasks_deploy_everything_and_leave_nothing() {
    let alb_port = free_port().to_string();
    let mut local = Shell::start(&["--empty", "--port", "0", "--alb-port", &alb_port]);
    let endpoint = local.read("AWS_ENDPOINT_URL=");
    let task = |tasks: &[&str]| {
        let output = Command::new("task")
            .args(tasks)
            .args(["--", "--yes"])
            .current_dir(ROOT)
            .env("AWS_ENDPOINT_URL", &endpoint)
            .envs([
                ("AWS_REGION", "eu-central-1"),
                ("AWS_ACCESS_KEY_ID", "local"),
                ("AWS_SECRET_ACCESS_KEY", "local"),
            ])
            .output()
            .expect("task is on the path");
        let text = format!(
            "{}{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
        assert!(output.status.success(), "{tasks:?} failed: {text}");
        text
    };
    let printed = task(&["deploy-vpc", "deploy-table", "deploy-container"]);
    let url = printed
        .split_once("container.ServiceURL = ")
        .expect("the page's address")
        .1
        .lines()
        .next()
        .unwrap_or_default();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    assert_eq!(runtime.block_on(get(&format!("{url}/ping"))).status, 200);
    assert_eq!(runtime.block_on(get(url)).status, 401);
    let tasks = children(local.process.id());
    assert!(!tasks.is_empty(), "a process for the task");

    task(&["destroy-container", "destroy-table", "destroy-vpc"]);
    runtime.block_on(e2e::until("no process of a task to be left", async || {
        let is_left = tasks.iter().any(|process| is_running(*process));
        (!is_left).then_some(())
    }));
    assert_eq!(runtime.block_on(get(url)).status, 0, "no listener is left");
    runtime.block_on(async {
        let config = config(&endpoint).await;
        let stacks = aws_sdk_cloudformation::Client::new(&config)
            .describe_stacks()
            .send()
            .await
            .unwrap();
        assert!(stacks.stacks().is_empty(), "{stacks:?}");
        let parameters = aws_sdk_ssm::Client::new(&config)
            .describe_parameters()
            .send()
            .await
            .unwrap();
        assert!(parameters.parameters().is_empty(), "{parameters:?}");
        let tables = aws_sdk_dynamodb::Client::new(&config)
            .list_tables()
            .send()
            .await
            .unwrap();
        assert!(tables.table_names().is_empty(), "{tables:?}");
    });
    local.interrupt();
}

#[tokio::test]
async fn an_interrupted_demo_is_deployed_again() {
    let directory = tempfile::tempdir().unwrap();
    let data = directory.path().to_str().unwrap();
    let (port, alb_port) = (free_port().to_string(), free_port().to_string());
    let slow = [
        "--port",
        &port,
        "--alb-port",
        &alb_port,
        "--data",
        data,
        "--pace",
        "0.02",
    ];
    let local = Shell::start(&slow);
    let cloudformation =
        aws_sdk_cloudformation::Client::new(&config(&format!("http://127.0.0.1:{port}")).await);
    until("the deployment to run", async || {
        let resources = cloudformation
            .list_stack_resources()
            .stack_name("vpc")
            .send()
            .await
            .ok()?;
        (resources.stack_resource_summaries().len() > 5).then_some(())
    })
    .await;
    signal("-KILL", local.process.id());
    drop(local);
    let mut again = Shell::start(&slow[..6]);
    let url = again.read("Page");
    assert_eq!(
        get_as(&url, "/query", "go-on-aws:hugo2021").await.status,
        200
    );
    again.interrupt();
    let refused = refusal(&["--port", "0", "--data", data, "--region", "us-east-1"]);
    assert!(
        refused.contains("eu-central-1") && refused.contains("us-east-1"),
        "{refused}"
    );
}
