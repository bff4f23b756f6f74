use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use aws_sdk_dynamodb::config::{BehaviorVersion, Credentials, Region};
use axum::Router;
use axum::extract::State;
use http_body_util::BodyExt;
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio::task::JoinHandle;

use super::{Answers, Source};
use crate::assets::Assets;
use crate::aws::{Setting, lazily};
use crate::error::WebError;
use crate::format::{self, Format};
use crate::memory_use::MemoryUse;
use crate::query::Selection;
use crate::table::Table;

/// A `DynamoDB` whose scans see the items that are there when they come, and are answered when they
/// may.
#[derive(Clone, Default)]
struct Stub(Arc<(AtomicUsize, AtomicUsize, Notify, Notify)>);

async fn scan(State(Stub(table)): State<Stub>, body: String) -> String {
    if !body.contains("ReturnConsumedCapacity") {
        return "{}".to_owned();
    }
    let (written, scans, asked, released) = &*table;
    let seen = written.load(Ordering::SeqCst);
    if scans.fetch_add(1, Ordering::SeqCst) == 0 {
        asked.notify_one();
        released.notified().await;
    }
    format!(r#"{{"Items":[{{"id":{{"N":"{seen}"}}}}]}}"#)
}

/// The answers of a table in a stub that listens.
async fn answers(stub: &Stub) -> (Arc<Answers>, JoinHandle<std::io::Result<()>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    let routes = Router::new().fallback(scan).with_state(stub.clone());
    let server = tokio::spawn(async { axum::serve(listener, routes).await });
    let config = aws_sdk_dynamodb::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .http_client(connect::http_client())
        .region(Region::new("eu-central-1"))
        .endpoint_url(endpoint)
        .credentials_provider(Credentials::new("a", "b", None, None, "test"))
        .build();
    let client = lazily(|| aws_sdk_dynamodb::Client::from_conf(config));
    let table = Table::new(
        client,
        Setting::fixed("books".parse().unwrap()),
        Duration::from_mins(1),
    );
    let assets = Assets::load(Path::new("nowhere"));
    let source = Source::new(
        Arc::new(table),
        Arc::new(assets),
        Duration::ZERO,
        Arc::new(MemoryUse::new(usize::MAX)),
    );
    (Arc::new(Answers::new(source)), server)
}

async fn read(answers: &Arc<Answers>, format: &'static Format) -> Result<String, WebError> {
    let address = "/query".parse().unwrap();
    let selection = Selection::from_address(&address).unwrap();
    let reader = answers.read(format, selection).await?;
    let body = reader.into_body().collect().await;
    let bytes = body
        .map_err(|err| WebError::Internal(err.to_string()))?
        .to_bytes();
    Ok(String::from_utf8(bytes.to_vec()).unwrap())
}

#[tokio::test]
async fn a_request_during_a_scan_shares_the_next_scan_and_sees_earlier_writes() {
    let stub = Stub::default();
    let (answers, server) = answers(&stub).await;
    let spawn_read = || {
        let answers = Arc::clone(&answers);
        tokio::spawn(async move {
            read(&answers, format::find("jsonl").unwrap())
                .await
                .unwrap()
        })
    };

    let first = spawn_read();
    let (written, scans, asked, released) = &*stub.0;
    asked.notified().await;
    written.store(7, Ordering::SeqCst);
    let late: Vec<_> = (0..16).map(|_| spawn_read()).collect();
    while answers.waiting() < late.len() {
        tokio::task::yield_now().await;
    }
    released.notify_one();
    assert_eq!(first.await.unwrap(), "{\"id\":0}\n");
    for text in late {
        assert_eq!(text.await.unwrap(), "{\"id\":7}\n");
    }
    assert_eq!(scans.load(Ordering::SeqCst), 2);
    assert!(answers.is_idle(), "nothing runs any more");
    server.abort();
}

#[tokio::test]
async fn a_page_that_cannot_be_rendered_is_an_error_and_no_empty_answer() {
    let stub = Stub::default();
    let (answers, server) = answers(&stub).await;
    stub.0.3.notify_one();
    let selection = Selection::default();
    let failed = answers.read(&format::FAILS_AT_BEGIN, selection).await;
    let err = failed.map(|_| ()).unwrap_err();
    assert!(matches!(err, WebError::Internal(_)), "{err:?}");
    assert_eq!(err.status(), 500);

    // The items are on their way already: the connection breaks off.
    let broken = read(&answers, &format::FAILS_AT_END).await.unwrap_err();
    assert!(broken.detail().unwrap().contains("Something went wrong"));
    assert!(answers.is_idle(), "nothing runs any more");
    server.abort();
}
