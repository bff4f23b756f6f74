//! Honest users, alone and in a crowd of clients that are idle or slow, on the machine of a small task.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use hyper::Method;
use rustix::process::{Resource, getrlimit, setrlimit};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::task::JoinSet;
use tokio::time::sleep;

use crate::confine::Confined;
use crate::load::{Client, Page};
use crate::measure::{Effort, milliseconds};
use crate::servers::{Programs, Role, Server};
use crate::stub::{FIRST_ITEMS, LOGIN, Stub};

const HONEST: usize = 50;
/// How long a user looks at a page.
const LOOKING: Duration = Duration::from_secs(1);
/// Idle clients, slow headers, readers that never read, and readers of [`SLOW_RATE`].
const CROWD: [u32; 4] = [10_000, 1_000, 500, 200];
const SLOW_RATE: usize = 10_000;
/// How long a client that never reads stays.
const NEVER: Duration = Duration::from_secs(40);
const BUFFER: u32 = 16 * 1024;
/// A client that was disconnected comes again after this time.
const AGAIN: Duration = Duration::from_secs(1);
/// How many clients come each second, so that their own kernel can accept them.
const ARRIVAL: Duration = Duration::from_micros(400);
/// How long to wait for memory to be given back.
const REST: Duration = Duration::from_secs(30);

/// What was measured.
pub(crate) struct Crowd {
    pub(crate) confined: &'static str,
    pub(crate) alone: Honest,
    /// While the crowd comes.
    pub(crate) arrival: Honest,
    pub(crate) among_all: Honest,
    /// Resident memory in MB.
    pub(crate) before: f64,
    pub(crate) peak: f64,
    pub(crate) after: f64,
    /// How many of each kind were connected at the end.
    pub(crate) connected: [u32; 4],
}

/// What the honest users saw.
#[derive(Default)]
pub(crate) struct Honest {
    durations: Vec<Duration>,
    pub(crate) refused: u32,
}

impl Honest {
    pub(crate) fn pages(&self) -> usize {
        self.durations.len()
    }

    /// The duration in milliseconds that this percentage of the pages did not exceed.
    pub(crate) fn percentile(&self, percent: usize) -> f64 {
        let rank = (self.durations.len() * percent).div_ceil(100);
        let duration = self.durations.get(rank.saturating_sub(1));
        duration.map_or(f64::NAN, |&duration| milliseconds(duration))
    }
}

/// Measures the same users alone, while the crowd comes, and in it.
pub(crate) async fn crowd(
    items: u32,
    effort: Effort,
    stub: &Stub,
    programs: Programs<'_>,
) -> anyhow::Result<Crowd> {
    raise_file_limit();
    let server = Server::start(Role::Showtable, items, stub, programs).await?;
    let confined = Confined::new(server.process()?);
    let time = effort.slice * effort.rounds * 5;
    let address = server.address;
    honest(address, time / 2).await;
    let before = server.usage()?.resident;
    let alone = honest(address, time).await;
    let connected = Arc::<[AtomicU32; 4]>::default();
    let crowd = come(address, &connected);
    let arrival = honest(address, time).await;
    let among_all = honest(address, time).await;
    let connected = std::array::from_fn(|kind| connected[kind].load(Ordering::Relaxed));
    let peak = server.usage()?.peak;
    drop(crowd);
    let after = rest(&server, before).await?;
    let how = confined.how;
    drop(server);
    drop(confined);
    Ok(Crowd {
        confined: how,
        alone,
        arrival,
        among_all,
        before,
        peak,
        after,
        connected,
    })
}

/// Each connection is a file.
fn raise_file_limit() {
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    let _ = setrlimit(Resource::Nofile, limit);
}

/// The memory when it is as it was, or after a while.
async fn rest(server: &Server, before: f64) -> anyhow::Result<f64> {
    let end = Instant::now() + REST;
    loop {
        let resident = server.usage()?.resident;
        if resident <= before + 1.0 || Instant::now() > end {
            return Ok(resident);
        }
        sleep(Duration::from_millis(200)).await;
    }
}

async fn honest(address: SocketAddr, time: Duration) -> Honest {
    let end = Instant::now() + time;
    let mut users = JoinSet::new();
    for number in 0..HONEST {
        let first = LOOKING.mul_f64(f64::from(u32::try_from(number).unwrap_or(0)) / 50.0);
        users.spawn(async move {
            sleep(first).await;
            user(address, end).await
        });
    }
    let mut all = Honest::default();
    while let Some(user) = users.join_next().await {
        let user = user.unwrap_or_default();
        all.durations.extend(user.durations);
        all.refused += user.refused;
    }
    all.durations.sort_unstable();
    all
}

async fn user(address: SocketAddr, end: Instant) -> Honest {
    let page = Page {
        method: Method::GET,
        path: "/query?limit=25",
        items: FIRST_ITEMS as usize,
    };
    let mut seen = Honest::default();
    let mut client = None;
    while Instant::now() < end {
        let start = Instant::now();
        let again = match &mut client {
            Some(client) => Client::read(client, &page).await.is_err(),
            None => true,
        };
        // As browsers do: a connection that was idle may have been closed.
        if again && !ask_again(address, &page, &mut client).await {
            seen.refused += 1;
        } else {
            seen.durations.push(start.elapsed());
        }
        sleep(LOOKING).await;
    }
    seen
}

/// Asks on a new connection; `false` if the page does not come.
async fn ask_again(address: SocketAddr, page: &Page, client: &mut Option<Client>) -> bool {
    *client = None;
    let Ok(mut connected) = Client::connect(address).await else {
        return false;
    };
    let is_read = connected.read(page).await.is_ok();
    *client = Some(connected);
    is_read
}

/// Lets the whole crowd come. It goes when the result is dropped.
fn come(address: SocketAddr, connected: &Arc<[AtomicU32; 4]>) -> JoinSet<()> {
    let mut crowd = JoinSet::new();
    let mut number = 0;
    for (kind, count) in CROWD.into_iter().enumerate() {
        for _ in 0..count {
            number += 1;
            let (first, connected) = (ARRIVAL * number, Arc::clone(connected));
            crowd.spawn(async move {
                sleep(first).await;
                loop {
                    if let Ok(stream) = connect(address).await {
                        connected[kind].fetch_add(1, Ordering::Relaxed);
                        // It ends when the other side closes the connection.
                        let _ = act(kind, stream).await;
                        connected[kind].fetch_sub(1, Ordering::Relaxed);
                    }
                    // An idle client that was disconnected does not come again.
                    if kind == 0 {
                        return;
                    }
                    sleep(AGAIN).await;
                }
            });
        }
    }
    crowd
}

/// Connects with a small buffer. Else the kernel would take a whole export for a client that does not read.
async fn connect(address: SocketAddr) -> std::io::Result<TcpStream> {
    let socket = TcpSocket::new_v4()?;
    socket.set_recv_buffer_size(BUFFER)?;
    socket.connect(address).await
}

async fn act(kind: usize, mut stream: TcpStream) -> std::io::Result<()> {
    let login = BASE64_STANDARD.encode(format!("{}:{}", LOGIN.0, LOGIN.1));
    let request = format!(
        "GET /query?limit=all&format=jsonl HTTP/1.1\r\nhost: a\r\nauthorization: Basic {login}\r\n\r\n"
    );
    match kind {
        0 => stream.read_u8().await.map(|_| ()),
        1 => loop {
            stream.write_all(b"G").await?;
            sleep(Duration::from_millis(500)).await;
        },
        2 => {
            stream.write_all(request.as_bytes()).await?;
            // Nothing is read, so it does not see when it is cut off.
            sleep(NEVER).await;
            Ok(())
        }
        _ => {
            stream.write_all(request.as_bytes()).await?;
            let mut buffer = vec![0; SLOW_RATE];
            while stream.read(&mut buffer).await? > 0 {
                sleep(Duration::from_secs(1)).await;
            }
            Ok(())
        }
    }
}
