use std::time::Duration;

use aws_sdk_dynamodb::Client;
use deploy::{Clients, Output};
use tokio::sync::mpsc::{self, Receiver};
use tokio::task::{JoinError, JoinSet};
use tokio::time::{MissedTickBehavior, interval, timeout};

use super::batches::{Batch, Message, Reader, Written, write};
use super::source::Source;
use super::state::Tracker;
use super::{Load, Loaded};
use crate::Error;
use crate::dynamodb::{client, describe};

/// How many batches are read ahead.
const AHEAD: usize = 4;
/// How often the checkpoint is saved.
const SAVE_EVERY: Duration = Duration::from_secs(1);
/// How long to wait for the calls in flight when a load stops early.
const GRACE: Duration = Duration::from_secs(10);

type Sent = (u64, Batch, Result<Written, deploy::Error>);
type Sending = JoinSet<Sent>;

/// Loads every item of a file into a table. Of several items with the same key, the last one wins.
///
/// The checkpoint in `FILE.progress` lets the next load of the file continue after this one.
pub async fn load(
    clients: &Clients,
    table: &str,
    load: &Load,
    output: Output,
) -> Result<Loaded, Error> {
    let client = client(clients);
    let schema = describe(&Client::new(clients.config()), table).await?;
    let source = Source::open(load, &schema, output)?;
    let mut tracker = Tracker::new(&source, &schema, load.skip_bad, output);
    let (sender, mut batches) = mpsc::channel(AHEAD);
    let reader = Reader {
        stream: source.opened.stream,
        parser: source.opened.parser,
        newest: source.opened.newest,
        schema,
        skip_bad: load.skip_bad,
    };
    // A thread, not a blocking task: at shutdown the runtime waits for blocking tasks, and reading
    // from a pipe may block forever.
    std::thread::spawn(move || reader.send_all(&sender));
    let mut sending = Sending::new();
    let concurrency = usize::from(load.concurrency);
    let result = run(
        &client,
        &mut batches,
        &mut sending,
        concurrency,
        &mut tracker,
    )
    .await;
    if result.is_err() {
        tokio::select! {
            _ = timeout(GRACE, drain(&mut sending, &mut tracker)) => {}
            _ = tokio::signal::ctrl_c() => {}
        }
    }
    tracker.end(result)
}

async fn run(
    client: &Client,
    batches: &mut Receiver<Message>,
    sending: &mut Sending,
    concurrency: usize,
    tracker: &mut Tracker,
) -> Result<(), Error> {
    let mut save = interval(SAVE_EVERY);
    save.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let interrupted = tokio::signal::ctrl_c();
    tokio::pin!(interrupted);
    let mut waiting = None;
    let mut stop = None;
    let mut is_read = false;
    loop {
        // Two records with the same key are never in flight together, so that the later one wins.
        let free = sending.len() < concurrency;
        if let Some(batch) = waiting.take_if(|batch| free && !tracker.has_key_of(batch)) {
            send(client, batch, sending, tracker);
        }
        if is_read && waiting.is_none() && sending.is_empty() {
            return stop.map_or(Ok(()), Err);
        }
        tokio::select! {
            Some(sent) = sending.join_next() => finish(sent, tracker)?,
            message = batches.recv(), if waiting.is_none() && !is_read => match message {
                Some(Message::Batch(batch)) => waiting = Some(batch),
                Some(Message::End(end)) => stop = tracker.ended(end),
                None => is_read = true,
            },
            _ = save.tick() => tracker.save()?,
            _ = &mut interrupted => return Err(Error::Interrupted),
        }
    }
}

fn send(client: &Client, batch: Batch, sending: &mut Sending, tracker: &mut Tracker) {
    let id = tracker.begin(&batch);
    let (client, table) = (client.clone(), tracker.table.clone());
    sending.spawn(async move {
        let written = write(&client, &table, &batch).await;
        (id, batch, written)
    });
}

/// Waits for the calls in flight.
async fn drain(sending: &mut Sending, tracker: &mut Tracker) {
    while let Some(sent) = sending.join_next().await {
        // The load has already failed with the first error.
        let _ = finish(sent, tracker);
    }
}

fn finish(sent: Result<Sent, JoinError>, tracker: &mut Tracker) -> Result<(), Error> {
    match sent {
        Ok((id, batch, Ok(written))) => tracker.finish(id, batch, written),
        Ok((_, batch, Err(err))) => {
            tracker.give_up(&batch);
            Err(err.into())
        }
        Err(err) => Err(Error::Task(err.to_string())),
    }
}
