use std::time::Duration;

use aws_sdk_dynamodb::Client;
use deploy::{Clients, Output};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::destination::Destination;
use super::page::Page;
use super::segment::Segment;
use super::writer::Writer;
use super::{Export, Exported};
use crate::Error;
use crate::dynamodb::{client, describe};

/// How long to wait for a disk or a pipe when the export is stopped.
const GRACE: Duration = Duration::from_secs(10);

type Segments = JoinSet<Result<u64, deploy::Error>>;

/// Exports all items of a table to a file. The file appears only once it is complete.
pub async fn export(
    clients: &Clients,
    table: &str,
    export: &Export,
    output: Output,
) -> Result<Exported, Error> {
    let destination = Destination::new(&export.file(), export.force)?;
    let client = client(clients);
    let schema = describe(&Client::new(clients.config()), table).await?;
    let (sender, pages) = mpsc::channel(1);
    let (finished, written) = oneshot::channel();
    let writer = Writer::new(destination, export.format(), &schema, output);
    // A thread can wait for a pipe without delaying the calls, or the end of the program.
    std::thread::spawn(move || finished.send(writer.write_all(pages)).map_err(drop));
    let mut segments = start(export, &client, table, &sender);
    drop(sender);
    let read = tokio::select! {
        read = join(&mut segments) => read,
        _ = tokio::signal::ctrl_c() => Err(Error::Interrupted),
    };
    // The writer ends once no segment can send pages any more.
    segments.shutdown().await;
    match read {
        Ok(retries) => {
            let written = written.await;
            written
                .map_err(|err| Error::Task(err.to_string()))??
                .commit(retries)
        }
        Err(err) => {
            // The writer removes its unfinished file when it ends.
            let _ = timeout(GRACE, written).await;
            Err(err)
        }
    }
}

fn start(export: &Export, client: &Client, table: &str, pages: &mpsc::Sender<Page>) -> Segments {
    let mut segments = Segments::new();
    for number in 0..export.segments {
        let segment = Segment {
            client: client.clone(),
            table: table.to_owned(),
            number,
            total: export.segments,
            consistent: export.consistent,
        };
        segments.spawn(segment.read(pages.clone()));
    }
    segments
}

/// Waits for all segments and returns the number of their retries.
async fn join(segments: &mut Segments) -> Result<u64, Error> {
    let mut retries = 0;
    while let Some(read) = segments.join_next().await {
        retries += read.map_err(|err| Error::Task(err.to_string()))??;
    }
    Ok(retries)
}
