//! Clients that keep their connections, read every response to its end, and check it.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use http_body_util::{BodyExt, Empty};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::{Method, Request, StatusCode, header};
use hyper_util::rt::TokioIo;
use memchr::memmem;
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use crate::pages::MARK;
use crate::stub::LOGIN;

/// A page, and how many items it must have.
#[derive(Clone, Debug)]
pub(crate) struct Page {
    pub(crate) method: Method,
    pub(crate) path: &'static str,
    pub(crate) items: usize,
}

/// A browser with one connection.
pub(crate) struct Client {
    sender: SendRequest<Empty<Bytes>>,
    address: SocketAddr,
    authorization: String,
}

/// When the parts of a response came.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Answer {
    pub(crate) asked: Instant,
    pub(crate) first_byte: Instant,
    pub(crate) first_item: Instant,
    pub(crate) end: Instant,
}

/// Counts the items of a body that comes in pieces.
#[derive(Default)]
struct Counter {
    items: usize,
    /// The last bytes, which may be the beginning of a mark.
    rest: Vec<u8>,
}

impl Page {
    /// All items of the server's table.
    pub(crate) fn all(items: u32) -> anyhow::Result<Self> {
        Ok(Self {
            method: Method::POST,
            path: if items <= 100 {
                "/query"
            } else {
                "/query?limit=all"
            },
            items: items.try_into()?,
        })
    }
}

impl Client {
    pub(crate) async fn connect(address: SocketAddr) -> anyhow::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let (sender, connection) = handshake(TokioIo::new(stream)).await?;
        tokio::spawn(connection);
        let login = BASE64_STANDARD.encode(format!("{}:{}", LOGIN.0, LOGIN.1));
        Ok(Self {
            sender,
            address,
            authorization: format!("Basic {login}"),
        })
    }

    /// Asks for the page and reads it. A response that is not that page is an error: a server must not
    /// win with wrong answers.
    pub(crate) async fn read(&mut self, page: &Page) -> anyhow::Result<Answer> {
        let request = Request::builder()
            .method(&page.method)
            .uri(page.path)
            .header(header::HOST, self.address.to_string())
            .header(header::AUTHORIZATION, &self.authorization)
            .body(Empty::new())?;
        let asked = Instant::now();
        self.sender.ready().await?;
        let response = self.sender.send_request(request).await?;
        let status = response.status();
        ensure!(status == StatusCode::OK, "the answer is {status}");
        finish(asked, response.into_body(), page.items).await
    }
}

async fn finish(asked: Instant, mut body: Incoming, items: usize) -> anyhow::Result<Answer> {
    let (mut first_byte, mut first_item) = (None, None);
    let mut counter = Counter::default();
    while let Some(frame) = body.frame().await {
        let frame = frame.context("the answer breaks off")?;
        let Some(piece) = frame.data_ref() else {
            continue;
        };
        counter.add(piece);
        let now = Instant::now();
        first_byte.get_or_insert(now);
        if counter.items > 0 {
            first_item.get_or_insert(now);
        }
    }
    let found = counter.items;
    ensure!(found == items, "{found} of {items} items are in the answer");
    Ok(Answer {
        asked,
        first_byte: first_byte.context("the answer is empty")?,
        first_item: first_item.context("the answer has no item")?,
        end: Instant::now(),
    })
}

impl Counter {
    fn add(&mut self, piece: &[u8]) {
        let overlap = MARK.len() - 1;
        // A mark in two pieces is found where they are joined.
        self.rest.extend(piece.iter().take(overlap));
        self.items += marks(&self.rest) + marks(piece);
        if piece.len() >= overlap {
            self.rest.clear();
            self.rest.extend(&piece[piece.len() - overlap..]);
        } else {
            self.rest.drain(..self.rest.len().saturating_sub(overlap));
        }
    }
}

fn marks(bytes: &[u8]) -> usize {
    memmem::find_iter(bytes, MARK).count()
}

/// Lets every client ask again and again, and returns the duration of each request. At the end, open
/// requests are finished.
pub(crate) async fn load(
    clients: &mut Vec<Client>,
    page: &Page,
    duration: Duration,
) -> anyhow::Result<Vec<Duration>> {
    let end = Instant::now() + duration;
    let mut tasks = JoinSet::new();
    for mut client in clients.drain(..) {
        let page = page.clone();
        tasks.spawn(async move {
            let mut durations = Vec::new();
            while durations.is_empty() || Instant::now() < end {
                let answer = client.read(&page).await?;
                durations.push(answer.end - answer.asked);
            }
            anyhow::Ok((client, durations))
        });
    }
    let mut durations = Vec::new();
    while let Some(task) = tasks.join_next().await {
        let (client, its_own) = task??;
        clients.push(client);
        durations.extend(its_own);
    }
    Ok(durations)
}

/// Whether there is a server that answers with success.
pub(crate) async fn answers(address: SocketAddr, path: &str) -> bool {
    let answer = async {
        let mut client = Client::connect(address).await?;
        let request = Request::get(path)
            .header(header::HOST, address.to_string())
            .body(Empty::new())?;
        anyhow::Ok(client.sender.send_request(request).await?.status())
    };
    answer.await.is_ok_and(|status| status == StatusCode::OK)
}
