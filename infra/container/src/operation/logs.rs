//! Shows the logs of the tasks, from the log group of the stack.

use std::collections::BTreeSet;
use std::io::Write;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aws_sdk_cloudwatchlogs as cloudwatch;
use aws_sdk_cloudwatchlogs::primitives::{DateTime, DateTimeFormat};
use aws_sdk_cloudwatchlogs::types::FilteredLogEvent;
use clap::Args;
use deploy::render::Shown;
use deploy::{Clients, Environment, Output, duration};

use crate::{Error, stack};

/// The pause between two reads with `--follow`. AWS allows ten such reads a second in an account.
const PAUSE: Duration = Duration::from_secs(1);
/// How late a line may arrive, in milliseconds after its time: a task sends its lines in batches.
const LATEST_ARRIVAL: i64 = 30_000;
/// How many digits of a task's id are shown, to distinguish tasks.
const ID_DIGITS: usize = 8;

/// The options of `container logs`.
#[derive(Debug, Clone, Args)]
pub struct Logs {
    /// Show new lines as they arrive, until Ctrl-C
    #[arg(short, long)]
    pub follow: bool,
    /// How far back to begin, for example 90s, 15m or 2h
    #[arg(long, value_name = "DURATION", default_value = "10m", value_parser = duration::parse)]
    pub since: Duration,
    /// Print only the lines, exactly as the tasks wrote them, for a pipe. By default control characters are made visible, for example as \x1b
    #[arg(long)]
    pub raw: bool,
}

/// Writes the lines of the tasks: each with its time and the beginning of the id of its task, or
/// with `--raw` exactly as the task printed it.
///
/// Ends early if the output is closed, for example by `head`.
pub async fn logs(
    clients: &Clients,
    environment: &Environment,
    options: &Logs,
    to: &mut impl Write,
) -> Result<(), Error> {
    let group = log_group(clients, environment).await?;
    let client = cloudwatch::Client::new(clients.config());
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    // With a clock before 1970 every line is new.
    let now = now.unwrap_or(Duration::ZERO);
    let start = now.saturating_sub(options.since);
    let mut reading = Reading {
        start: i64::try_from(start.as_millis()).unwrap_or(i64::MAX),
        raw: options.raw,
        ..Reading::default()
    };
    loop {
        let read = reading.show_new(&client, &group, to).await;
        let Some(lines) = read.map_err(|err| explained(err, environment))? else {
            return Ok(());
        };
        if options.follow {
            tokio::time::sleep(PAUSE).await;
            continue;
        }
        if lines == 0 {
            let since = duration::words(options.since.as_secs());
            Output::Lines.progress(&format!(
                "No log lines in the last {since}. Use a longer --since."
            ));
        }
        return Ok(());
    }
}

async fn log_group(clients: &Clients, environment: &Environment) -> Result<String, Error> {
    let name = stack(environment).name;
    let resource = clients
        .cloudformation
        .describe_stack_resource()
        .stack_name(&*name)
        .logical_resource_id("LogGroup")
        .send()
        .await
        .map_err(deploy::Error::from);
    match resource {
        Ok(response) => response
            .stack_resource_detail
            .and_then(|detail| detail.physical_resource_id)
            .ok_or_else(|| no_stack(environment)),
        // AWS answers this for a missing stack and for a stack without the resource.
        Err(deploy::Error::Aws { code, message })
            if code == "ValidationError" && message.contains("does not exist") =>
        {
            Err(no_stack(environment))
        }
        Err(err) => Err(err.into()),
    }
}

/// Reports a missing log group as a missing stack, since the stack owns the group.
fn explained(err: deploy::Error, environment: &Environment) -> Error {
    match err {
        deploy::Error::Aws { code, .. } if code == "ResourceNotFoundException" => {
            no_stack(environment)
        }
        err => err.into(),
    }
}

fn no_stack(environment: &Environment) -> Error {
    let stack = stack(environment).name.into();
    deploy::Error::NoStack { stack }.into()
}

/// How far the log has been read.
#[derive(Debug, Default)]
struct Reading {
    /// Where the next read begins, in milliseconds since 1970.
    start: i64,
    /// Whether lines are shown exactly as they are.
    raw: bool,
    /// The lines since `start` that were shown already, by time and id.
    shown: BTreeSet<(i64, String)>,
}

impl Reading {
    /// Shows the lines that were not shown yet, and returns their number; `None` if the output is
    /// closed.
    async fn show_new(
        &mut self,
        client: &cloudwatch::Client,
        group: &str,
        to: &mut impl Write,
    ) -> Result<Option<usize>, deploy::Error> {
        let pages = client
            .filter_log_events()
            .log_group_name(group)
            .start_time(self.start)
            .into_paginator();
        let mut pages = pages.send();
        let mut lines = 0;
        while let Some(page) = pages.next().await {
            for event in page?.events() {
                // `CloudWatch` gives both. A line without them is shown each time, but never lost.
                let key = event.timestamp.zip(event.event_id.clone());
                if key.is_some_and(|key| !self.shown.insert(key)) {
                    continue;
                }
                lines += 1;
                let line = if self.raw { raw(event) } else { line(event) };
                if to.write_all(line.as_bytes()).is_err() {
                    return Ok(None);
                }
            }
        }
        self.move_start();
        Ok(to.flush().is_ok().then_some(lines))
    }

    /// Lets the next read begin a little before the last line, since lines may arrive late.
    fn move_start(&mut self) {
        if let Some((last, _)) = self.shown.last() {
            self.start = self.start.max(last - LATEST_ARRIVAL);
            self.shown = self.shown.split_off(&(self.start, String::new()));
        }
    }
}

/// The line with its time and its task. A field that `CloudWatch` leaves out is empty.
fn line(event: &FilteredLogEvent) -> String {
    let time = DateTime::from_millis(event.timestamp.unwrap_or(0));
    let time = time.fmt(DateTimeFormat::DateTime);
    let time = time.unwrap_or_else(|_| "unknown time".to_owned());
    // Streams are called `task/showtable/ID`.
    let stream = event.log_stream_name().unwrap_or("");
    let task = stream.rsplit_once('/').map_or(stream, |(_, id)| id);
    let task: String = task.chars().take(ID_DIGITS).collect();
    let message = event.message().unwrap_or("").trim_end();
    format!("{time:24}  {}  {}\n", Shown(task), Shown(message))
}

/// The line exactly as the task printed it.
fn raw(event: &FilteredLogEvent) -> String {
    let message = event.message().unwrap_or("");
    format!("{}\n", message.strip_suffix('\n').unwrap_or(message))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_its_time_and_its_task() {
        let event = FilteredLogEvent::builder()
            .timestamp(1_795_000_000_120)
            .log_stream_name("task/showtable/30e49b71dd65c27d980fe1c96960f87f")
            .message("{\"level\":\"INFO\"}\n")
            .build();
        assert_eq!(
            line(&event),
            "2026-11-18T11:06:40.12Z   30e49b71  {\"level\":\"INFO\"}\n"
        );
        assert_eq!(
            line(&FilteredLogEvent::builder().build()),
            "1970-01-01T00:00:00Z        \n"
        );
    }

    #[test]
    fn a_line_does_nothing_to_the_terminal_unless_it_is_raw() {
        let message = "\u{1b}[2J50 %\r\n✅  container\t \n";
        let event = FilteredLogEvent::builder()
            .log_stream_name("task/showtable/\u{1b}c")
            .message(message)
            .build();
        assert_eq!(
            line(&event),
            "1970-01-01T00:00:00Z      \\x1bc  \\x1b[2J50 %\\r\\n✅  container\n"
        );
        assert_eq!(raw(&event), message);
    }

    #[test]
    fn lines_that_may_arrive_late_are_read_again_and_older_ones_are_not() {
        let shown = |time: i64| (time, time.to_string());
        let mut reading = Reading {
            start: 0,
            raw: false,
            shown: [100, 70_001, 99_999].map(shown).into(),
        };
        reading.move_start();
        assert_eq!(reading.start, 69_999);
        assert_eq!(reading.shown, [70_001, 99_999].map(shown).into());
    }
}
