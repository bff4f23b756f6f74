//! Where an image comes from, and why it cannot be pulled.

use std::net::SocketAddr;

use axum::Router;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::routing::get;
use container::image::Image;
use e2e::images::image;
use serde_json::json;

use super::{ALLOWED, Tasks, member, probe};

/// A registry with one image: the tag `1` of the repository `app`.
async fn registry(image: Image) -> SocketAddr {
    let manifest = image.manifest.bytes.clone();
    let config = (image.config.digest.clone(), image.config.bytes.clone());
    let layers = image.layers.into_iter();
    let blobs: Vec<_> = layers
        .map(|layer| (layer.blob.digest, layer.blob.bytes))
        .chain([config])
        .collect();
    let router = Router::new()
        .route(
            "/v2/app/manifests/{reference}",
            get(async move |Path(reference): Path<String>| {
                (reference == "1")
                    .then_some(manifest)
                    .ok_or(StatusCode::NOT_FOUND)
            }),
        )
        .route(
            "/v2/app/blobs/{digest}",
            get(async move |Path(digest): Path<String>| {
                let found = blobs.iter().find(|(known, _)| *known == digest);
                found
                    .map(|(_, bytes)| bytes.clone())
                    .ok_or(StatusCode::NOT_FOUND)
            }),
        )
        .route(
            "/v2/private/manifests/{reference}",
            get(StatusCode::UNAUTHORIZED),
        );
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}

#[tokio::test]
async fn an_image_of_another_registry_runs() {
    let tasks = Tasks::new().await;
    let host = registry(probe::image()).await;
    let main = json!({"image": format!("{host}/app:1"), "command": ["say", "pulled", "exit", "3"]});
    let (task, lines) = tasks.run_one(&main).await;
    assert_eq!(lines, ["pulled"]);
    assert_eq!(member(&task, "main", "exitCode"), 3);
    assert_eq!(
        member(&task, "main", "imageDigest"),
        probe::image().digest()
    );
    tasks.account.local.stop().await;
}

#[tokio::test]
async fn an_image_that_cannot_be_pulled_says_why() {
    let tasks = Tasks::new().await;
    let host = registry(image("a {}")).await;
    let closed = e2e::free_port();
    let own = tasks.image.split('@').next().unwrap();
    let retried = "CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref";
    for (image, expected) in [
        (
            format!("{host}/app:2"),
            format!("{retried} {host}/app:2: {host}/app:2: not found"),
        ),
        (
            format!("{host}/none:1"),
            format!("{retried} {host}/none:1: {host}/none:1: not found"),
        ),
        (format!("{host}/private:1"), "401 Unauthorized".to_owned()),
        (
            format!("127.0.0.1:{closed}/app:1"),
            format!("dial tcp 127.0.0.1:{closed}: connect: connection refused"),
        ),
        (
            "registry.invalid/app:1".to_owned(),
            "dial tcp: lookup registry.invalid on 169.254.169.253:53: no such host".to_owned(),
        ),
        (
            format!("{own}:none"),
            format!("{retried} {own}:none: {own}:none: not found"),
        ),
        (
            "local/none".to_owned(),
            "failed to resolve ref docker.io/local/none:latest".to_owned(),
        ),
    ] {
        let (task, _) = tasks.run_one(&json!({"image": image})).await;
        let said = task["stoppedReason"].as_str().unwrap();
        assert!(
            said.starts_with("CannotPullContainerError: ") && said.contains(&expected),
            "{image}: {said}"
        );
        assert_eq!(task["stopCode"], "TaskFailedToStart");
    }
    tasks.account.local.stop().await;
}

#[tokio::test]
async fn a_pull_that_the_execution_role_may_not_do_is_denied() {
    let mut allowed = ALLOWED;
    allowed[0] = "ecr:GetAuthorizationToken";
    let tasks = Tasks::allowing(&allowed).await;
    let (task, _) = tasks.run_one(&json!({})).await;
    let said = task["stoppedReason"].as_str().unwrap();
    assert!(
        said.starts_with("CannotPullContainerError: ") && said.ends_with("403 Forbidden"),
        "{said}"
    );
    tasks.account.local.stop().await;
}

#[tokio::test]
async fn a_program_for_another_processor_ends_at_once() {
    let tasks = Tasks::new().await;
    let platform = json!({"runtimePlatform": {"cpuArchitecture": if cfg!(target_arch = "aarch64") { "X86_64" } else { "ARM64" }}});
    let task = tasks.run("arm", &[json!({})], &platform).await;
    assert_eq!(
        tasks.lines(&task, "main").await,
        ["exec /showtable: exec format error"]
    );
    assert_eq!(member(&task, "main", "exitCode"), 1);
    tasks.account.local.stop().await;
}
