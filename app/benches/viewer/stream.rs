//! A table of many pages: how soon a response begins, and how much memory it takes.

use std::time::Instant;

use anyhow::Context;
use tokio::task::JoinSet;

use crate::load::{Answer, Client, Page};
use crate::measure::{Effort, milliseconds};
use crate::servers::{Programs, Role, Server};
use crate::stub::Stub;

/// How many readers a server has at the same time.
#[derive(Debug)]
pub(crate) struct Stream {
    pub(crate) role: Role,
    pub(crate) readers: u32,
    pub(crate) outcome: anyhow::Result<Streamed>,
}

/// The times are in milliseconds, each the median of all responses.
#[derive(Debug)]
pub(crate) struct Streamed {
    /// The time from the first byte of the backend. With several readers it is not known whose byte
    /// that is.
    pub(crate) first_byte: Option<f64>,
    pub(crate) first_item: Option<f64>,
    /// The time from the request to the last byte.
    pub(crate) whole: f64,
    /// The most resident memory since the start of the server, in MB.
    pub(crate) peak: f64,
}

/// Reads the whole table. The typed server is not measured with many readers: it keeps all items for
/// each of them.
pub(crate) async fn stream(
    items: u32,
    effort: Effort,
    stub: &Stub,
    programs: Programs<'_>,
) -> anyhow::Result<Vec<Stream>> {
    let mut streams = Vec::new();
    let ours = [(Role::Showtable, 1), (Role::Showtable, 16)];
    let before = programs
        .before
        .map(|_| [(Role::Before, 1), (Role::Before, 16)]);
    for (role, readers) in [(Role::Typed, 1)]
        .into_iter()
        .chain(ours)
        .chain(before.into_iter().flatten())
    {
        let server = Server::start(role, items, stub, programs).await?;
        let outcome = streamed(&server, readers, &Page::all(items)?, effort, stub).await;
        streams.push(Stream {
            role,
            readers,
            outcome,
        });
    }
    Ok(streams)
}

async fn streamed(
    server: &Server,
    readers: u32,
    page: &Page,
    effort: Effort,
    stub: &Stub,
) -> anyhow::Result<Streamed> {
    let (mut first_bytes, mut first_items, mut wholes) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..effort.rounds {
        let answers = read(server, readers, page).await?;
        let backend = stub.first_page().context("the table was not read")?;
        for answer in answers {
            // A server may send its head before the backend answers.
            let after = |moment: Instant| milliseconds(moment.saturating_duration_since(backend));
            first_bytes.push(after(answer.first_byte));
            first_items.push(after(answer.first_item));
            wholes.push(milliseconds(answer.end - answer.asked));
        }
    }
    Ok(Streamed {
        first_byte: (readers == 1).then(|| median(first_bytes)),
        first_item: (readers == 1).then(|| median(first_items)),
        whole: median(wholes),
        peak: server.usage()?.peak,
    })
}

async fn read(server: &Server, readers: u32, page: &Page) -> anyhow::Result<Vec<Answer>> {
    let mut tasks = JoinSet::new();
    for _ in 0..readers {
        let mut client = Client::connect(server.address).await?;
        let page = page.clone();
        tasks.spawn(async move { client.read(&page).await });
    }
    let mut answers = Vec::new();
    while let Some(task) = tasks.join_next().await {
        answers.push(task??);
    }
    Ok(answers)
}

pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
