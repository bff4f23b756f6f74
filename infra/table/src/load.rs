//! Items from a file into the table.

mod batches;
mod checkpoint;
mod input;
mod loaded;
mod manifest;
mod members;
mod newest;
mod opened;
mod quotes;
mod recognise;
mod records;
mod rejected;
mod scan;
mod source;
mod state;
mod stream;
mod tracked;
mod values;
mod write;

use std::path::PathBuf;
use std::time::Duration;

use aws_sdk_dynamodb::Client;
use clap::Args;
use deploy::{Clients, Output};
use tokio::sync::mpsc::{self, Receiver};
use tokio::task::JoinSet;
use tokio::time::{MissedTickBehavior, interval, timeout};

use self::batches::{Batch, Read, Reading};
use self::source::Source;
use self::state::State;
use self::write::Written;
use crate::format::FileFormat;
use crate::item::describe;
use crate::{Error, FileError, wire};

pub use loaded::Loaded;
#[cfg(test)]
pub(crate) use {
    recognise::{Seen, see},
    records::{Layout, Records},
};

/// Batches that are read ahead.
const AHEAD: usize = 4;
/// How often it is kept how far everything is written.
const SAVE_EVERY: Duration = Duration::from_secs(1);
/// What is on its way when a load stops early has so long to arrive.
const GRACE: Duration = Duration::from_secs(10);

/// What to load.
#[derive(Debug, Clone, Args)]
pub struct Load {
    /// The file, gzip or not; - is standard input; the directory of an export to S3 is all of it
    pub file: PathBuf,
    /// How the items stand in it [default: as its name and its first bytes say]
    #[arg(long, value_enum)]
    pub format: Option<FileFormat>,
    /// What stands between the cells of CSV: a character, or tab [default: as the heading says]
    #[arg(long, value_name = "CHARACTER", value_parser = delimiter)]
    pub delimiter: Option<char>,
    /// Go on past lines that cannot be written, and set them aside in FILE.rejected
    #[arg(long)]
    pub skip_bad: bool,
    /// How many batches of 25 items are on their way at a time
    #[arg(long, value_name = "N", default_value_t = 8, value_parser = clap::value_parser!(u16).range(1..=256))]
    pub concurrency: u16,
    /// Begin at the first line, although an earlier load has come further
    #[arg(long)]
    pub from_start: bool,
}

impl Load {
    /// The format that is asked for, or that the name says for sure: JSON may be of either kind.
    fn format(&self) -> Result<Option<FileFormat>, Error> {
        let csv = Some(FileFormat::Csv);
        match (self.format, self.delimiter) {
            (Some(format), Some(_)) if format != FileFormat::Csv => Err(Error::Refused(
                "--delimiter is for CSV: leave it away, or pass --format csv".to_owned(),
            )),
            (_, Some(_)) => Ok(csv),
            (Some(format), None) => Ok(Some(format)),
            (None, None) => Ok(csv.filter(|_| FileFormat::of_name(&self.file) == csv)),
        }
    }
}

fn delimiter(text: &str) -> Result<char, &'static str> {
    let mut chars = text.chars();
    match (chars.next(), chars.next()) {
        _ if matches!(text, "tab" | "\\t") => Ok('\t'),
        (Some(one), None) if one.is_ascii() && !matches!(one, '"' | '\r' | '\n') => Ok(one),
        _ => Err("it is one character of ASCII and no quote, or tab"),
    }
}

type Sending = JoinSet<(u64, Batch, Result<Written, deploy::Error>)>;

/// Puts every item of a file into a table; of several with the same key the last one stays.
///
/// How far it has come is kept in `FILE.progress`, and the next load goes on there.
pub async fn load(
    clients: &Clients,
    table: &str,
    load: &Load,
    output: Output,
) -> Result<Loaded, Error> {
    let client = wire::client(clients);
    let schema = describe(&Client::new(clients.config()), table).await?;
    let source = Source::open(load, &schema, output)?;
    let mut state = State::new(&source, &schema, load.skip_bad, output);
    let (sender, mut batches) = mpsc::channel(AHEAD);
    let reading = Reading {
        stream: source.opened.stream,
        parser: source.opened.parser,
        newest: source.opened.newest,
        schema,
        skip_bad: load.skip_bad,
    };
    // Not a task of the runtime, whose end would wait for a pipe that has nothing to say.
    std::thread::spawn(move || reading.send_all(&sender));
    let mut sending = Sending::new();
    let concurrency = usize::from(load.concurrency);
    let result = run(&client, &mut batches, &mut sending, concurrency, &mut state).await;
    if result.is_err() {
        tokio::select! {
            _ = timeout(GRACE, drain(&mut sending, &mut state)) => {}
            _ = tokio::signal::ctrl_c() => {}
        }
    }
    state.end(result)
}

async fn run(
    client: &Client,
    batches: &mut Receiver<Read>,
    sending: &mut Sending,
    concurrency: usize,
    state: &mut State,
) -> Result<(), Error> {
    let mut save = interval(SAVE_EVERY);
    save.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let interrupted = tokio::signal::ctrl_c();
    tokio::pin!(interrupted);
    let mut waiting = None;
    let mut stop = None;
    let mut is_read = false;
    loop {
        // Two lines with the same key are never on their way at once: the later would not always win.
        let free = sending.len() < concurrency;
        if let Some(batch) = waiting.take_if(|batch| free && !state.has_key_of(batch)) {
            let id = state.begin(&batch);
            let (client, table) = (client.clone(), state.table.clone());
            sending.spawn(async move {
                let written = write::write(&client, &table, &batch).await;
                (id, batch, written)
            });
        }
        if is_read && waiting.is_none() && sending.is_empty() {
            return stop.map_or(Ok(()), Err);
        }
        tokio::select! {
            Some(sent) = sending.join_next() => finish(sent, state)?,
            read = batches.recv(), if waiting.is_none() && !is_read => match read {
                Some(Read::Batch(batch)) => waiting = Some(batch),
                Some(Read::HasMore) => state.has_more(),
                Some(Read::Bad(bad)) => stop = Some(state.stopped(bad.place, &bad.reason)),
                Some(Read::Broken(place, reason)) => stop = Some(state.broken(place, &reason)),
                Some(Read::Failed(name, err)) => {
                    stop = Some(FileError::new("read", name.as_ref(), err).into());
                }
                None => is_read = true,
            },
            _ = save.tick() => state.save()?,
            _ = &mut interrupted => return Err(Error::Interrupted),
        }
    }
}

async fn drain(sending: &mut Sending, state: &mut State) {
    while let Some(sent) = sending.join_next().await {
        // What has stopped the load is known already.
        let _ = finish(sent, state);
    }
}

fn finish(
    sent: Result<(u64, Batch, Result<Written, deploy::Error>), tokio::task::JoinError>,
    state: &mut State,
) -> Result<(), Error> {
    match sent {
        Ok((id, batch, Ok(written))) => state.finish(id, batch, written),
        Ok((_, batch, Err(err))) => {
            state.give_up(&batch);
            Err(err.into())
        }
        Err(err) => Err(Error::Task(err.to_string())),
    }
}
