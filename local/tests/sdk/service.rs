//! The deployed architecture: the page behind the load balancer, also while tasks are killed, replaced
//! or never become healthy.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use aws_sdk_cloudformation::types::ChangeSetType;
use aws_sdk_dynamodb::types::{AttributeValue, PutRequest, WriteRequest};
use e2e::http::{Answer, get, get_as, post_as};
use e2e::{Account, until};

const LOGIN: &str = "go-on-aws:hugo2021";

#[tokio::test]
async fn the_page_shows_the_items_of_the_table() {
    let account = Account::new().await;
    let demo = account
        .local
        .deploy()
        .await
        .expect("the architecture is deployed");
    assert_eq!(demo.login, LOGIN);

    let refused = get(&format!("{}/", demo.url)).await;
    assert_eq!(refused.status, 401);
    assert!(
        refused
            .header("www-authenticate")
            .unwrap()
            .starts_with("Basic"),
        "{refused:?}"
    );
    assert_eq!(get_as(&demo.url, "/", "go-on-aws:wrong").await.status, 401);
    assert_eq!(
        get(&format!("{}/ping", demo.url)).await.text,
        "{\"message\":\"pong\"}"
    );

    let page = get_as(&demo.url, "/", LOGIN).await;
    assert!(page.text.contains("Scan"), "{}", page.text);
    let items = post_as(&demo.url, "/query", LOGIN, Vec::new()).await;
    assert_eq!(items.status, 200);
    for number in 1..=3 {
        assert!(
            items.text.contains(&format!("object-key-demo{number}")),
            "{}",
            items.text
        );
    }
    account.local.stop().await;
}

#[tokio::test]
async fn every_item_of_a_big_table_can_be_reached() {
    const ITEMS: usize = 20_000;
    let account = Account::new().await;
    let demo = account.local.deploy().await.unwrap();
    fill(&account, &demo.table, ITEMS).await;

    let mut seen = BTreeSet::new();
    let mut path = "/query?format=json&limit=1000".to_owned();
    loop {
        let page: serde_json::Value =
            serde_json::from_str(&get_as(&demo.url, &path, LOGIN).await.text).unwrap();
        seen.extend(
            page["items"]
                .as_array()
                .unwrap()
                .iter()
                .map(|item| id_of(&item["itemID"])),
        );
        let Some(cursor) = page["cursor"].as_str() else {
            break;
        };
        path = format!("/query?format=json&limit=1000&cursor={cursor}");
    }
    assert_eq!(
        seen.iter().filter(|id| id.starts_with("big-")).count(),
        ITEMS
    );

    let mut in_pages = 0;
    let mut path = Some("/query?limit=1000".to_owned());
    while let Some(here) = path {
        let page = get_as(&demo.url, &here, LOGIN).await;
        assert_eq!(page.status, 200);
        in_pages += page.text.matches(">big-").count();
        path = next_page(&page.text);
    }
    assert_eq!(in_pages, ITEMS);
    account.local.stop().await;
}

/// Reads an id, which is a plain string or a DynamoDB value such as `{"S": "…"}`.
fn id_of(value: &serde_json::Value) -> String {
    value
        .as_str()
        .or_else(|| value["S"].as_str())
        .unwrap_or_default()
        .to_owned()
}

fn next_page(html: &str) -> Option<String> {
    let link = html
        .split("<a ")
        .find(|link| link.contains("rel=\"next\""))?;
    let address = link.split("href=\"").nth(1)?.split('"').next()?;
    Some(address.replace("&amp;", "&"))
}

async fn fill(account: &Account, table: &str, count: usize) {
    let padding = "x".repeat(1000);
    let ids: Vec<usize> = (0..count).collect();
    for batch in ids.chunks(25) {
        let puts = batch.iter().map(|id| {
            let put = PutRequest::builder()
                .item("itemID", AttributeValue::S(format!("big-{id:05}")))
                .item("padding", AttributeValue::S(padding.clone()))
                .build()
                .unwrap();
            WriteRequest::builder().put_request(put).build()
        });
        let written = account
            .dynamodb
            .batch_write_item()
            .request_items(table, puts.collect())
            .send()
            .await
            .unwrap();
        assert!(
            written
                .unprocessed_items()
                .is_none_or(std::collections::HashMap::is_empty)
        );
    }
}

#[tokio::test]
async fn a_killed_task_is_replaced_within_two_seconds() {
    let account = Account::new().await;
    let demo = account.local.deploy().await.unwrap();
    let running = Arc::new(AtomicBool::new(true));
    let load = {
        let (running, url) = (Arc::clone(&running), demo.url.clone());
        tokio::spawn(async move {
            while running.load(Ordering::Relaxed) {
                get_as(&url, "/query", LOGIN).await;
            }
        })
    };
    let killed = *account.local.task_processes().first().expect("a task runs");
    let status = std::process::Command::new("kill")
        .args(["-9", &killed.to_string()])
        .status()
        .unwrap();
    assert!(status.success());
    let start = Instant::now();
    until("the killed task to be replaced", async || {
        let other = account
            .local
            .task_processes()
            .iter()
            .any(|process| *process != killed);
        (other && get_as(&demo.url, "/query", LOGIN).await.status == 200).then_some(())
    })
    .await;
    let took = start.elapsed();
    running.store(false, Ordering::Relaxed);
    load.await.unwrap();
    assert!(
        took < Duration::from_secs(2),
        "the page was back after {took:?}"
    );
    account.local.stop().await;
}

/// The template of the container stack, with one text replaced by another.
fn container_with(from: &str, to: &str) -> String {
    let template = container::STACK.template;
    assert!(
        template.contains(from),
        "the template no longer says {from}"
    );
    template.replace(from, to)
}

const IMAGE: (&str, &str) = ("Image", "local/showtable");

#[tokio::test]
async fn a_rolling_update_serves_without_a_gap() {
    let account = Account::new().await;
    let demo = account.local.deploy().await.unwrap();
    let before = account.local.task_processes();
    let running = Arc::new(AtomicBool::new(true));
    let (served, failed) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let load: Vec<_> = (0..4)
        .map(|_| {
            let (running, served, failed, url) = (
                Arc::clone(&running),
                Arc::clone(&served),
                Arc::clone(&failed),
                demo.url.clone(),
            );
            tokio::spawn(async move {
                while running.load(Ordering::Relaxed) {
                    let good = get_as(&url, "/query", LOGIN).await.status == 200;
                    if good { &served } else { &failed }.fetch_add(1, Ordering::Relaxed);
                }
            })
        })
        .collect();
    let template = container_with("StopTimeout: 30", "StopTimeout: 20");
    assert_eq!(
        account.deploy("container", &template, &[IMAGE]).await,
        "UPDATE_COMPLETE"
    );
    running.store(false, Ordering::Relaxed);
    for load in load {
        load.await.unwrap();
    }
    let after = account.local.task_processes();
    assert!(
        before.iter().all(|process| !after.contains(process)),
        "all tasks are new"
    );
    assert_eq!(
        failed.load(Ordering::Relaxed),
        0,
        "of {}",
        served.load(Ordering::Relaxed)
    );
    assert!(served.load(Ordering::Relaxed) > 0);
    account.local.stop().await;
}

#[tokio::test]
async fn a_service_that_never_becomes_healthy_fails_its_stack_and_the_old_one_stays() {
    let account = Account::new().await;
    let demo = account.local.deploy().await.unwrap();
    let template = container_with("Value: !Ref ParameterPrefix", "Value: /nothing/here");
    assert_eq!(
        account.deploy("container", &template, &[IMAGE]).await,
        "UPDATE_ROLLBACK_COMPLETE"
    );
    let events = account
        .cloudformation
        .describe_stack_events()
        .stack_name("container")
        .send()
        .await
        .unwrap();
    let failure = events.stack_events().iter().find(|event| {
        event.logical_resource_id() == Some("Service")
            && event
                .resource_status()
                .is_some_and(|status| status.as_str() == "UPDATE_FAILED")
    });
    let reason = failure
        .and_then(|event| event.resource_status_reason())
        .unwrap_or_default();
    assert!(
        reason.contains("ECS Deployment Circuit Breaker was triggered"),
        "{reason}"
    );
    assert_eq!(get_as(&demo.url, "/query", LOGIN).await.status, 200);
    account.local.stop().await;
}

#[tokio::test]
async fn a_network_in_use_is_not_deleted_and_says_why() {
    let account = Account::new().await;
    let demo = account.local.deploy().await.unwrap();
    account
        .cloudformation
        .delete_stack()
        .stack_name("vpc")
        .send()
        .await
        .unwrap();
    assert_eq!(account.settled("vpc").await, "DELETE_FAILED");
    let stack = account.stack("vpc").await.unwrap();
    assert!(
        stack
            .stack_status_reason()
            .unwrap()
            .contains("failed to delete"),
        "{stack:?}"
    );
    let events = account
        .cloudformation
        .describe_stack_events()
        .stack_name("vpc")
        .send()
        .await
        .unwrap();
    let reasons: Vec<_> = events
        .stack_events()
        .iter()
        .filter_map(|event| event.resource_status_reason())
        .collect();
    assert!(
        reasons
            .iter()
            .any(|reason| reason.contains("has dependencies and cannot be deleted")),
        "{reasons:?}"
    );
    // Its routes are gone, as on AWS: nobody reaches the load balancer any more.
    let page = get_as(&demo.url, "/query", LOGIN);
    let waiting = tokio::time::timeout(Duration::from_millis(300), page).await;
    assert!(waiting.is_err(), "{waiting:?}");
    account.local.stop().await;
}

#[tokio::test]
async fn a_large_body_is_refused_and_the_page_lives_on() {
    let account = Account::new().await;
    let demo = account.local.deploy().await.unwrap();
    let answer: Answer = post_as(&demo.url, "/query", LOGIN, vec![b'x'; 10 * 1024 * 1024]).await;
    assert_eq!(answer.status, 413);
    assert_eq!(get_as(&demo.url, "/query", LOGIN).await.status, 200);
    account.local.stop().await;
}

#[tokio::test]
async fn a_parameter_that_names_a_missing_table_is_explained_on_the_page() {
    let account = Account::new().await;
    let demo = account.local.deploy().await.unwrap();
    account
        .dynamodb
        .delete_table()
        .table_name(&demo.table)
        .send()
        .await
        .unwrap();
    let page = get_as(&demo.url, "/query", LOGIN).await;
    assert!(
        (400..600).contains(&page.status) && page.status != 500,
        "{page:?}"
    );
    assert!(page.text.contains(&demo.table), "{}", page.text);
    account.local.stop().await;
}

#[tokio::test]
async fn a_task_that_is_killed_repeatedly_is_replaced_as_fast() {
    let account = Account::new().await;
    let demo = account.local.deploy().await.unwrap();
    for round in 0..6 {
        let killed = *account.local.task_processes().first().expect("a task runs");
        let sent = std::process::Command::new("kill")
            .args(["-9", &killed.to_string()])
            .status();
        assert!(sent.unwrap().success());
        let start = Instant::now();
        until("the killed task to be replaced", async || {
            let gone = !account.local.task_processes().contains(&killed);
            (gone && get_as(&demo.url, "/query", LOGIN).await.status == 200).then_some(())
        })
        .await;
        assert!(
            start.elapsed() < Duration::from_secs(2),
            "round {round}: {:?}",
            start.elapsed()
        );
    }
    account.local.stop().await;
}

#[tokio::test]
async fn a_count_out_of_bounds_is_refused_and_the_service_goes_on() {
    let account = Account::new().await;
    let demo = account.local.deploy().await.unwrap();
    let template = container_with(
        "LaunchType: FARGATE",
        "LaunchType: FARGATE\n      DesiredCount: 9000000000000000000",
    );
    let status = account.deploy("container", &template, &[IMAGE]).await;
    assert_eq!(status, "UPDATE_ROLLBACK_COMPLETE");
    assert_eq!(get_as(&demo.url, "/query", LOGIN).await.status, 200);
    account.local.stop().await;
}

#[tokio::test]
async fn a_service_without_a_launch_type_finds_no_container_instance() {
    let account = Account::new().await;
    account.local.deploy().await.unwrap();
    let template = container_with("      LaunchType: FARGATE\n", "");
    let create = ChangeSetType::Create;
    account
        .change_set("placeless", &template, &[IMAGE], create)
        .await;
    let execute = account.cloudformation.execute_change_set();
    let execute = execute.stack_name("placeless").change_set_name("test");
    execute.send().await.unwrap();
    let ecs = aws_sdk_ecs::Client::new(&account.config);
    let message = until("the event of the service", async || {
        let clusters = ecs.list_clusters().send().await.ok()?;
        let mut arns = clusters.cluster_arns().iter();
        let cluster = arns.find(|arn| arn.contains("/placeless-"))?;
        let services = ecs.list_services().cluster(cluster).send().await.ok()?;
        let arn = services.service_arns().first()?;
        let described = ecs.describe_services().cluster(cluster).services(arn);
        let described = described.send().await.ok()?;
        let mut events = described.services().first()?.events().iter();
        let found = events.find(|event| event.message().is_some_and(|text| text.contains("place")));
        found?.message().map(str::to_owned)
    })
    .await;
    assert!(
        message.contains("No Container Instances were found in your cluster."),
        "{message}"
    );
    account.local.stop().await;
}
