//! The items of the table into a file.

mod destination;
mod exported;
mod segment;
mod writer;

use std::path::{Path, PathBuf};
use std::time::Duration;

use aws_sdk_dynamodb::Client;
use clap::Args;
use deploy::{Clients, Output};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinSet;
use tokio::time::timeout;

use self::destination::Destination;
use self::segment::{Page, Segment};
use self::writer::Writer;
use crate::format::FileFormat;
use crate::item::describe;
use crate::{Error, wire};

pub use exported::Exported;

/// A disk or a pipe that takes nothing any more is not waited for when the export stops.
const GRACE: Duration = Duration::from_secs(10);

/// What to export.
#[derive(Debug, Clone, Args)]
pub struct Export {
    /// The file to write, gzip if its name ends in .gz; - is standard output [default: items.dynamodb.json, items.jsonl or items.csv]
    pub file: Option<PathBuf>,
    /// How the items are written [default: as the name of the file says, else dynamodb-json]
    #[arg(long, value_enum)]
    pub format: Option<FileFormat>,
    /// In how many parts the table is read at the same time
    #[arg(long, value_name = "N", default_value_t = 4, value_parser = clap::value_parser!(u16).range(1..=256))]
    pub segments: u16,
    /// Also what was written in the last moments; costs twice as much
    #[arg(long)]
    pub consistent: bool,
    /// Write the file although it exists
    #[arg(long)]
    pub force: bool,
}

type Segments = JoinSet<Result<u64, deploy::Error>>;

/// Writes every item of a table into a file, which is there only once it is complete.
pub async fn export(
    clients: &Clients,
    table: &str,
    export: &Export,
    output: Output,
) -> Result<Exported, Error> {
    let destination = Destination::new(&export.file(), export.force)?;
    let client = wire::client(clients);
    let schema = describe(&Client::new(clients.config()), table).await?;
    let (sender, pages) = mpsc::channel(1);
    let (finished, written) = oneshot::channel();
    let writer = Writer::new(destination, export.format(), &schema, output);
    // A thread of its own: it can wait for a pipe without holding up the calls, or the end.
    std::thread::spawn(move || finished.send(writer.write_all(pages)).map_err(drop));
    let mut segments = export.segments(&client, table, &sender);
    drop(sender);
    let read = tokio::select! {
        read = join(&mut segments) => read,
        _ = tokio::signal::ctrl_c() => Err(Error::Interrupted),
    };
    // The writer comes to its end once nobody sends pages any more.
    segments.shutdown().await;
    let written = timeout(GRACE, written);
    let (retries, written) = match read {
        Ok(retries) => (
            retries,
            written
                .into_inner()
                .await
                .map_err(|err| Error::Task(err.to_string()))?,
        ),
        Err(err) => {
            // Its unfinished file is gone with it.
            let _ = written.await;
            return Err(err);
        }
    };
    written?.commit(retries)
}

/// Waits for all; gives how often they had to try again.
async fn join(segments: &mut Segments) -> Result<u64, Error> {
    let mut retries = 0;
    while let Some(read) = segments.join_next().await {
        retries += read.map_err(|err| Error::Task(err.to_string()))??;
    }
    Ok(retries)
}

impl Export {
    /// Whether the items go to standard output.
    #[must_use]
    pub fn is_piped(&self) -> bool {
        self.file.as_deref() == Some(Path::new("-"))
    }

    fn format(&self) -> FileFormat {
        let named = self.file.as_deref().and_then(FileFormat::of_name);
        self.format.or(named).unwrap_or(FileFormat::DynamodbJson)
    }

    fn file(&self) -> PathBuf {
        let named = self.file.clone();
        named.unwrap_or_else(|| self.format().file_name().into())
    }

    fn segments(&self, client: &Client, table: &str, pages: &mpsc::Sender<Page>) -> Segments {
        let mut segments = Segments::new();
        for number in 0..self.segments {
            let segment = Segment {
                client: client.clone(),
                table: table.to_owned(),
                number,
                of: self.segments,
                consistent: self.consistent,
            };
            segments.spawn(segment.read(pages.clone()));
        }
        segments
    }
}
