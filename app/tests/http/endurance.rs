//! Clients that break off, and an AWS that fails, leave nothing behind: neither memory nor open files.

use std::net::SocketAddr;
use std::time::Duration;

use axum::http::StatusCode;
use serde_json::json;
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpSocket, TcpStream};

use crate::process::{drain, log_line, log_of, showtable};
use crate::support::{CREDENTIALS, Client, Fault, Stub, TABLE};

const TIMEOUT: Duration = Duration::from_mins(1);
const ROUNDS: usize = 5;
/// How many clients of each kind a round has.
const CLIENTS: usize = 12;
/// Fewer files than one kind of clients has. The connections to AWS are kept, and their number varies.
const FILES: usize = 10;
const KILOBYTES: usize = 10 * 1024;
const FAULTS: [Option<Fault>; 4] = [
    None,
    Some(Fault::Error(500, "InternalServerError")),
    Some(Fault::Garbage),
    Some(Fault::Held),
];

#[tokio::test]
async fn rounds_of_faults_and_of_clients_that_break_off_leave_nothing_behind() {
    let stub = Stub::start().await;
    stub.set_parameter(CREDENTIALS, "anna:secret");
    stub.set_parameter(TABLE, "books");
    for table in ["books", "films"] {
        let text = "x".repeat(50_000);
        let item = |id: usize| json!({ "itemID": { "N": id.to_string() }, "text": { "S": text } });
        stub.set_table(table, (0..60).map(item));
    }
    let mut command = showtable(&stub);
    // As in the image.
    command.env("MIMALLOC_PURGE_DELAY", "0");
    let mut child = command.env("PARAMETER_AGE", "1").spawn().unwrap();
    let mut log = log_of(&mut child);
    let address = log_line(&mut log, "listening").await["address"].clone();
    let address = address.as_str().unwrap().parse().unwrap();
    drain(log);
    let process = child.id().unwrap();

    round(&stub, address, 0).await;
    let (files, resident) = (files(process), resident(process));
    for number in 1..=ROUNDS {
        round(&stub, address, number).await;
        until(
            || self::files(process) <= files + FILES,
            || format!("{files} files were open, now {}", self::files(process)),
        )
        .await;
    }
    until(
        || self::resident(process) <= resident + KILOBYTES,
        || format!("{resident} KB of memory, now {}", self::resident(process)),
    )
    .await;
}

/// Clients of all kinds come, while AWS fails in each way, and go away in the middle.
async fn round(stub: &Stub, address: SocketAddr, number: usize) {
    let anna = Client::new(address).login("anna", "secret");
    let name = ["books", "films"][number % 2];
    stub.set_parameter(TABLE, name);
    for fault in FAULTS {
        if let Some(fault) = fault {
            stub.set_fault("Scan", fault);
        }
        let mut clients = Vec::new();
        for client in 0..CLIENTS {
            let page = format!(
                "GET /query?limit=all&attribute=a&is=ne&type=S&value={client} HTTP/1.1\r\n\
                host: a\r\nauthorization: Basic YW5uYTpzZWNyZXQ=\r\n\r\n"
            );
            for text in [
                "",
                "GET / HT",
                "GET /ping HTTP/1.1\r\nhost: a\r\n\r\n",
                &page,
            ] {
                clients.push(connect(address, text).await);
            }
            // It goes at once.
            drop(connect(address, &page).await);
        }
        if let Some(Fault::Held) = fault {
            stub.wait_until_held().await;
        }
        drop(clients);
        stub.clear_fault("Scan");
        while anna.get("/query?limit=1").await.status != StatusCode::OK {}
    }
}

async fn connect(address: SocketAddr, text: &str) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    // Else the kernel takes megabytes for a client that does not read.
    socket.set_recv_buffer_size(16 * 1024).unwrap();
    let mut stream = socket.connect(address).await.unwrap();
    stream.write_all(text.as_bytes()).await.unwrap();
    stream
}

async fn until(is_reached: impl Fn() -> bool, message: impl Fn() -> String) {
    let wait = async {
        while !is_reached() {
            tokio::task::yield_now().await;
        }
    };
    assert!(
        tokio::time::timeout(TIMEOUT, wait).await.is_ok(),
        "{}",
        message()
    );
}

/// How many files the process has open.
fn files(process: u32) -> usize {
    std::fs::read_dir(format!("/proc/{process}/fd"))
        .unwrap()
        .count()
}

/// Its memory in kilobytes.
fn resident(process: u32) -> usize {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = status
        .lines()
        .find(|line| line.starts_with("VmRSS:"))
        .unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}
