//! The local AWS with `--runtime podman`: a pushed image is a real container.

mod figures;
mod peer;
use aws_sdk_cloudwatchlogs::Client as Logs;
use e2e::binaries::local;
use e2e::http::{get, get_as};
use e2e::shell::{Shell, build_app, run, signal};
use e2e::{config, free_port, until};
use peer::Podman;

const LOGIN: &str = "go-on-aws:hugo2021";

#[test]
fn without_podman_the_message_says_what_to_do() {
    let nothing = tempfile::tempdir().unwrap();
    let local = local()
        .args(["--runtime", "podman", "--port", "0"])
        .env("PATH", nothing.path())
        .output();
    let local = local.expect("the local AWS runs");
    assert_eq!(local.status.code(), Some(1), "{local:?}");
    let said = String::from_utf8(local.stderr).unwrap();
    assert_eq!(said.trim().lines().count(), 1, "one sentence: {said}");
    assert!(
        said.contains("install it, or leave out --runtime podman"),
        "{said}"
    );
}

#[tokio::test]
#[ignore = "needs podman, runc and a release build"]
async fn a_pushed_image_is_a_container_that_ends_with_the_local_aws() {
    let podman = Podman::new();
    let dist = podman.directory.path().join("dist");
    build_app(&dist);
    let data = podman.directory.path().join("data");
    let (port, alb_port) = (free_port().to_string(), free_port().to_string());
    let start = |arguments: &[&str]| {
        let mut local = local();
        local.args([
            "--runtime",
            "podman",
            "--port",
            &port,
            "--alb-port",
            &alb_port,
        ]);
        local.arg("--data").arg(&data).args(arguments);
        Shell::run(podman.configure(&mut local))
    };
    let mut local = start(&[]);
    let url = local.read("Page");
    assert_eq!(
        podman.containers(),
        Ok(Vec::new()),
        "what is built in is a process"
    );

    let endpoint = format!("http://127.0.0.1:{port}");
    let deploy = format!("container deploy --yes --stale --dist {}", dist.display());
    run(&endpoint, &deploy);
    let [container] = <[String; 1]>::try_from(podman.containers().unwrap()).expect("one container");
    podman.is_restricted(&container);
    let page = get_as(&url, "/query", LOGIN).await;
    assert!(page.text.contains("object-key-demo1"), "{}", page.text);
    let sdk = config(&endpoint).await;
    let id = podman.ask(&["inspect", "--format", "{{.Name}}", &container]);
    let stream = format!("task/showtable/{}", id.trim_start_matches("local-"));
    let lines = log_lines(&Logs::new(&sdk), &stream).await;
    assert!(
        lines.iter().any(|line| line.contains("listening")),
        "{lines:?}"
    );

    podman.ask(&["kill", "--signal", "KILL", &container]);
    let replacement = until("a new container", async || {
        let mut running = podman.containers().ok()?.into_iter();
        running.find(|id| *id != container)
    })
    .await;
    until("the new container to answer", async || {
        (get(&format!("{url}/ping")).await.status == 200).then_some(())
    })
    .await;
    local.interrupt();
    assert_eq!(podman.rest().as_deref(), Ok(""));

    let local = start(&["--empty"]);
    until("the container to come back", async || {
        let answer = get(&format!("{url}/ping")).await.status;
        (answer == 200).then_some(())
    })
    .await;
    let running = until("podman to list them", async || podman.containers().ok()).await;
    assert!(!running.contains(&replacement));
    signal("-KILL", local.process.id());
    until("the container and its image to go", async || {
        podman.rest().ok()?.is_empty().then_some(())
    })
    .await;
}

/// Waits for the log lines of a task, which arrive through a pipe.
async fn log_lines(logs: &Logs, stream: &str) -> Vec<String> {
    until("the log lines of the container", async || {
        let groups = logs.describe_log_groups().send().await.ok()?;
        for group in groups.log_groups() {
            let events = logs
                .get_log_events()
                .log_group_name(group.log_group_name()?)
                .log_stream_name(stream)
                .send()
                .await;
            let events = events.map(|events| events.events.unwrap_or_default());
            let lines: Vec<_> = events
                .into_iter()
                .flatten()
                .filter_map(|event| event.message)
                .collect();
            if !lines.is_empty() {
                return Some(lines);
            }
        }
        None
    })
    .await
}
