//! Clients that are slow, idle or many: each limit, and that others do not notice.

use std::net::SocketAddr;
use std::time::Duration;

use axum::http::StatusCode;
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};

use crate::support::{Fault, TestApp};

/// How long something may take that takes milliseconds, on a busy machine.
const TIMEOUT: Duration = Duration::from_mins(1);
/// `anna:secret`
const LOGIN: &str = "authorization: Basic YW5uYTpzZWNyZXQ=\r\n";

async fn connect(address: SocketAddr, text: &str) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    // Else the kernel takes megabytes for a client that does not read.
    socket.set_recv_buffer_size(16 * 1024).unwrap();
    let mut stream = socket.connect(address).await.unwrap();
    // The other side may close the connection before it has everything.
    let _ = stream.write_all(text.as_bytes()).await;
    stream
}

/// What comes until the other side closes the connection.
async fn rest(mut stream: TcpStream) -> String {
    let mut bytes = Vec::new();
    // A connection that is closed while bytes are on their way is reset.
    let _ = tokio::time::timeout(TIMEOUT, stream.read_to_end(&mut bytes))
        .await
        .expect("the connection stays open");
    String::from_utf8(bytes).unwrap()
}

/// An app with a table that no buffer can hold.
async fn with_long_table(arguments: &[&str]) -> TestApp {
    let app = TestApp::start_with(arguments).await;
    let text = "x".repeat(50_000);
    let items = (0..60).map(|number| {
        let id = format!("item-{number:04}");
        json!({ "itemID": { "S": id }, "text": { "S": text } })
    });
    app.stub.set_table("books", items);
    app
}

/// Asks for all items, and reads nothing.
async fn never_reading(app: &TestApp, more: &str, encoding: &str) -> TcpStream {
    let path = format!("/query?limit=all&format=jsonl{more}");
    let head = format!(
        "GET {path} HTTP/1.1\r\nhost: a\r\n{LOGIN}connection: close\r\naccept-encoding: {encoding}\r\n\r\n"
    );
    connect(app.address, &head).await
}

/// Asks for a page until it has this status.
async fn wait_for(app: &TestApp, status: StatusCode) -> crate::support::Answer {
    let ask = async {
        loop {
            let answer = app.anna().get("/query?limit=1").await;
            if answer.status == status {
                return answer;
            }
        }
    };
    tokio::time::timeout(TIMEOUT, ask).await.unwrap()
}

#[tokio::test]
async fn a_header_that_does_not_end_is_given_up() {
    let app = TestApp::start_with(&["--header-time", "0.2"]).await;
    let stopped = connect(app.address, "GET /ping HTTP/1.1\r\nhost:").await;
    assert_eq!(rest(stopped).await, "");

    // Some bytes now and then do not help.
    let mut dripping = connect(app.address, "GET /ping HTTP/1.1\r\nx:").await;
    let mut pace = tokio::time::interval(Duration::from_millis(20));
    let drip = async {
        loop {
            let mut byte = [0];
            tokio::select! {
                read = dripping.read(&mut byte) => return read.unwrap_or(0),
                _ = pace.tick() => { let _ = dripping.write_all(b"y").await; }
            }
        }
    };
    assert_eq!(tokio::time::timeout(TIMEOUT, drip).await.unwrap(), 0);
}

#[tokio::test]
async fn a_body_that_does_not_end_is_answered() {
    let app = TestApp::start_with(&["--body-time", "0.2"]).await;
    let head = format!("POST /query HTTP/1.1\r\nhost: a\r\n{LOGIN}content-length: 9\r\n\r\nabc");
    let answer = rest(connect(app.address, &head).await).await;
    assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
    assert!(answer.contains("too long to arrive"), "{answer}");
}

#[tokio::test]
async fn an_idle_connection_is_closed_whether_it_was_used_or_not() {
    let app = TestApp::start_with(&["--idle-time", "0.2"]).await;
    assert_eq!(rest(connect(app.address, "").await).await, "");
    let used = connect(app.address, "GET /ping HTTP/1.1\r\nhost: a\r\n\r\n").await;
    let answer = rest(used).await;
    assert!(answer.ends_with(r#"{"message":"pong"}"#), "{answer}");
    assert!(
        !answer.to_lowercase().contains("connection: close"),
        "{answer}"
    );
}

#[tokio::test]
async fn requests_in_any_pieces_on_one_connection_are_all_answered() {
    let app = TestApp::start().await;
    let ping = "GET /ping HTTP/1.1\r\nhost: a\r\n\r\n";
    let last = "GET /ping HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n";
    // Two at once, and a half. The other half comes when both are answered.
    let mut stream = connect(app.address, &format!("{ping}{ping}{}", &ping[..10])).await;
    let mut answers = Vec::new();
    while String::from_utf8_lossy(&answers).matches("pong").count() < 2 {
        assert!(stream.read_buf(&mut answers).await.unwrap() > 0);
    }
    stream.write_all(&ping.as_bytes()[10..]).await.unwrap();
    while String::from_utf8_lossy(&answers).matches("pong").count() < 3 {
        assert!(stream.read_buf(&mut answers).await.unwrap() > 0);
    }
    // A byte at a time, on a connection that is at rest.
    for byte in last.bytes() {
        stream.write_all(&[byte]).await.unwrap();
        tokio::task::yield_now().await;
    }
    assert!(rest(stream).await.contains("pong"));
}

#[tokio::test]
async fn the_rest_of_a_body_that_was_given_up_is_no_request() {
    let app = TestApp::start_with(&["--body-time", "0.2"]).await;
    let ping = "GET /ping HTTP/1.1\r\nhost: a\r\n\r\n";
    let head = format!(
        "POST /query HTTP/1.1\r\nhost: a\r\n{LOGIN}content-length: {}\r\n\r\nabc",
        ping.len() + 3
    );
    let mut stream = connect(app.address, &head).await;
    let mut answer = vec![0; 12];
    stream.read_exact(&mut answer).await.unwrap();
    assert_eq!(answer, b"HTTP/1.1 408");
    // The connection may be closed already.
    let _ = stream.write_all(ping.as_bytes()).await;
    let more = rest(stream).await;
    assert!(
        !more.contains("HTTP/1.1 ") && !more.contains("pong"),
        "{more}"
    );
}

#[tokio::test]
async fn an_answer_takes_as_long_as_aws_needs_whatever_the_limits_for_clients() {
    let app = TestApp::start_with(&[
        "--idle-time",
        "0.05",
        "--header-time",
        "0.05",
        "--stall-time",
        "0.05",
    ])
    .await;
    app.stub.set_fault("Scan", Fault::Held);
    let anna = app.anna();
    let asked = tokio::spawn(async move { anna.get("/query").await.status });
    app.stub.wait_until_held().await;
    // Many times as long as any limit: another connection is opened and closed for being idle.
    for _ in 0..5 {
        assert_eq!(rest(connect(app.address, "").await).await, "");
    }
    app.stub.release();
    assert_eq!(asked.await.unwrap(), StatusCode::OK);
}

#[tokio::test]
async fn a_reader_that_never_reads_is_dropped_and_its_memory_is_free_again() {
    // Its scan is more than there may be. Too slow for less than a second, it is not dropped for that.
    let app = with_long_table(&["--reader-memory", "512", "--stall-time", "0.9"]).await;
    let stuck = never_reading(&app, "", "identity").await;
    let refused = wait_for(&app, StatusCode::SERVICE_UNAVAILABLE).await;
    assert_eq!(refused.header("retry-after"), "5");
    assert!(refused.body.contains("too much to do"), "{}", refused.body);
    assert_eq!(app.nobody().get("/ping").await.status, StatusCode::OK);
    wait_for(&app, StatusCode::OK).await;
    let answer = rest(stuck).await;
    assert!(!answer.contains("item-0059"), "{} bytes", answer.len());
}

#[tokio::test]
async fn the_slowest_readers_make_room_for_others() {
    let app = with_long_table(&["--reader-memory", "4096", "--stall-time", "3600"]).await;
    let mut stuck = Vec::new();
    // Each has a selection of its own, so that they share nothing.
    for number in 0..5 {
        for letter in ["a", "b", "c"] {
            let more = format!("&attribute=itemID&is=ne&type=S&value={letter}{number}");
            stuck.push(never_reading(&app, &more, "identity").await);
        }
    }
    // Only when some are dropped, there is room for a long answer.
    let all = "/query?limit=all&format=jsonl";
    let ask = async { while app.anna().get(all).await.status != StatusCode::OK {} };
    tokio::time::timeout(TIMEOUT, ask).await.unwrap();
    let mut cut_off = 0;
    for stuck in stuck {
        let answer = rest(stuck).await;
        let is_whole = answer.contains("item-0059") || answer.starts_with("HTTP/1.1 503 ");
        cut_off += usize::from(!is_whole);
    }
    assert!(cut_off > 0, "nobody was dropped");
}

#[tokio::test]
async fn the_connection_that_was_idle_the_longest_makes_room() {
    let app = TestApp::start_with(&["--max-connections", "8"]).await;
    let mut idle = Vec::new();
    for _ in 0..40 {
        idle.push(connect(app.address, "").await);
    }
    let oldest = idle.remove(0);
    assert_eq!(rest(oldest).await, "");
    assert_eq!(app.anna().get("/").await.status, StatusCode::OK);
}

#[tokio::test]
async fn more_than_all_connections_in_use_is_told_to_come_back() {
    let app = TestApp::start_with(&["--max-connections", "1"]).await;
    app.stub.set_fault("Scan", Fault::Held);
    let anna = app.anna();
    let asked = tokio::spawn(async move { anna.get("/query").await.status });
    app.stub.wait_until_held().await;
    let refused = rest(TcpStream::connect(app.address).await.unwrap()).await;
    assert!(refused.starts_with("HTTP/1.1 503 "), "{refused}");
    assert!(refused.contains("retry-after: 5"), "{refused}");
    app.stub.release();
    assert_eq!(asked.await.unwrap(), StatusCode::OK);
}

#[tokio::test]
async fn more_requests_than_can_be_answered_are_told_to_come_back() {
    let app = TestApp::start_with(&["--max-requests", "1"]).await;
    app.stub.set_fault("Scan", Fault::Held);
    let anna = app.anna();
    let asked = tokio::spawn(async move { anna.get("/query").await.status });
    app.stub.wait_until_held().await;
    let refused = app.anna().get("/").await;
    assert_eq!(refused.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(refused.header("retry-after"), "5");
    assert_eq!(app.nobody().get("/ping").await.status, StatusCode::OK);
    app.stub.release();
    assert_eq!(asked.await.unwrap(), StatusCode::OK);
    assert_eq!(app.anna().get("/").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_header_that_is_too_large_is_refused() {
    let app = TestApp::start().await;
    let large = "x".repeat(60_000);
    let answer = app.anna().header("x-large", &large).get("/").await;
    assert_eq!(answer.status, StatusCode::OK);
    let head = format!(
        "GET /ping HTTP/1.1\r\nhost: a\r\nx: {}\r\n\r\n",
        large.repeat(8)
    );
    let answer = rest(connect(app.address, &head).await).await;
    // A client that goes on sending may see the end of the connection only.
    assert!(
        answer.is_empty() || answer.starts_with("HTTP/1.1 431 "),
        "{answer}"
    );
}
