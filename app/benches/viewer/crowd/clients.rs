//! Clients that are idle or slow.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::task::JoinSet;
use tokio::time::sleep;

use crate::stub::LOGIN;

const SLOW_RATE: usize = 10_000;
/// How long a client that never reads stays.
const NEVER: Duration = Duration::from_secs(40);
/// The numbers of others begin here.
const OTHERS: u32 = 100_000;
const PING: &[u8] = b"GET /ping HTTP/1.1\r\nhost: a\r\n\r\n";
const BUFFER: u32 = 16 * 1024;
/// A client that was disconnected comes again after this time.
const AGAIN: Duration = Duration::from_secs(1);
/// How long after one client the next one comes.
const ARRIVAL: Duration = Duration::from_micros(400);

/// Lets the whole crowd come. It goes when the result is dropped.
pub(super) fn come(
    address: SocketAddr,
    counts: [u32; 4],
    connected: &Arc<[AtomicU32; 4]>,
) -> JoinSet<()> {
    let mut crowd = JoinSet::new();
    let kinds = counts.into_iter().zip(Kind::ALL);
    let clients = kinds.flat_map(|(count, kind)| (0..count).map(move |number| (kind, number)));
    for ((kind, number), place) in clients.zip(1..) {
        let (first, connected) = (ARRIVAL * place, Arc::clone(connected));
        crowd.spawn(async move {
            sleep(first).await;
            loop {
                if let Ok(stream) = connect(address).await {
                    connected[kind as usize].fetch_add(1, Ordering::Relaxed);
                    // It ends when the other side closes the connection.
                    let _ = kind.act(number, stream).await;
                    connected[kind as usize].fetch_sub(1, Ordering::Relaxed);
                }
                // An idle client that was disconnected does not come again.
                if let Kind::Idle = kind {
                    return;
                }
                sleep(AGAIN).await;
            }
        });
    }
    crowd
}

/// Connects with a small buffer. Else the kernel would take a whole export for a client that does not read.
async fn connect(address: SocketAddr) -> std::io::Result<TcpStream> {
    let socket = TcpSocket::new_v4()?;
    socket.set_recv_buffer_size(BUFFER)?;
    socket.connect(address).await
}

/// What a client does.
#[derive(Clone, Copy)]
enum Kind {
    Idle,
    SlowHeader,
    NeverReads,
    SlowReader,
}

impl Kind {
    const ALL: [Self; 4] = [
        Self::Idle,
        Self::SlowHeader,
        Self::NeverReads,
        Self::SlowReader,
    ];

    async fn act(self, number: u32, mut stream: TcpStream) -> std::io::Result<()> {
        match self {
            Self::Idle => {
                // Every second one has used its connection.
                if number.is_multiple_of(2) {
                    stream.write_all(PING).await?;
                }
                while stream.read(&mut [0; 512]).await? > 0 {}
                Ok(())
            }
            Self::SlowHeader => loop {
                stream.write_all(b"G").await?;
                sleep(Duration::from_millis(500)).await;
            },
            Self::NeverReads => {
                stream.write_all(export(number).as_bytes()).await?;
                // Nothing is read, so it does not see when it is cut off.
                sleep(NEVER).await;
                Ok(())
            }
            Self::SlowReader => {
                let request = export(number + OTHERS);
                stream.write_all(request.as_bytes()).await?;
                let mut buffer = vec![0; SLOW_RATE];
                while stream.read(&mut buffer).await? > 0 {
                    sleep(Duration::from_secs(1)).await;
                }
                Ok(())
            }
        }
    }
}

/// Clients that ask, read a little and break off, again and again.
pub(super) fn come_and_go(address: SocketAddr, count: u32) -> JoinSet<()> {
    let mut hasty = JoinSet::new();
    for number in 0..count {
        hasty.spawn(async move {
            sleep(AGAIN * number / count).await;
            loop {
                // The server may have gone, or be full.
                let _ = ask_and_go(address).await;
                sleep(AGAIN).await;
            }
        });
    }
    hasty
}

async fn ask_and_go(address: SocketAddr) -> std::io::Result<()> {
    let mut stream = connect(address).await?;
    stream.write_all(export(2 * OTHERS).as_bytes()).await?;
    stream.read_exact(&mut [0; 20]).await?;
    stream.set_zero_linger()
}

/// A request for all items. Each number is a selection of its own, so that no reader shares the work for another.
fn export(number: u32) -> String {
    let login = BASE64_STANDARD.encode(format!("{}:{}", LOGIN.0, LOGIN.1));
    format!(
        "GET /query?limit=all&format=jsonl&attribute=id&is=ne&type=S&value={number} HTTP/1.1\r\n\
        host: a\r\nauthorization: Basic {login}\r\n\r\n"
    )
}
