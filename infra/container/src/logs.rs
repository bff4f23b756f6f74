//! What the tasks print, from the log group of the stack.

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

/// How often is looked for more. AWS allows ten reads of this kind a second in an account.
const PAUSE: Duration = Duration::from_secs(1);
/// A line may come so much later than its time says, in milliseconds: a task sends its lines in
/// batches.
const LATE: i64 = 30_000;
/// How many digits of a task's id tell it from the others.
const DIGITS: usize = 8;

/// Which lines to show.
#[derive(Debug, Clone, Args)]
pub struct Logs {
    /// Go on with what comes, until Ctrl-C
    #[arg(short, long)]
    pub follow: bool,
    /// How far back to begin, as 90s, 15m or 2h
    #[arg(long, value_name = "DURATION", default_value = "10m", value_parser = duration::parse)]
    pub since: Duration,
    /// Print the lines alone and as they are, for a pipe: else control characters are printed visibly, as \x1b
    #[arg(long)]
    pub raw: bool,
}

/// Writes the lines of the tasks, each with its time and the beginning of the id of its task; or the
/// lines alone, exactly as the tasks have printed them.
///
/// A reader that has gone away ends it.
pub async fn logs(
    clients: &Clients,
    environment: &Environment,
    wanted: &Logs,
    to: &mut impl Write,
) -> Result<(), Error> {
    let group = log_group(clients, environment).await?;
    let client = cloudwatch::Client::new(clients.config());
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let start = now.unwrap_or_default().saturating_sub(wanted.since);
    let mut reading = Reading {
        start: i64::try_from(start.as_millis()).unwrap_or(i64::MAX),
        raw: wanted.raw,
        ..Reading::default()
    };
    loop {
        let read = reading.read(&client, &group, to).await;
        let Some(lines) = read.map_err(|err| gone(err, environment))? else {
            return Ok(());
        };
        if wanted.follow {
            tokio::time::sleep(PAUSE).await;
            continue;
        }
        if lines == 0 {
            let since = duration::words(wanted.since.as_secs());
            Output::Lines.progress(&format!(
                "No line in the last {since}: --since 2h looks further back"
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
        Ok(found) => found
            .stack_resource_detail
            .and_then(|detail| detail.physical_resource_id)
            .ok_or_else(|| no_stack(environment)),
        // Both for no such stack, and for one without the resource.
        Err(deploy::Error::Aws { code, message })
            if code == "ValidationError" && message.contains("does not exist") =>
        {
            Err(no_stack(environment))
        }
        Err(err) => Err(err.into()),
    }
}

/// The group goes with the stack.
fn gone(err: deploy::Error, environment: &Environment) -> Error {
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

/// How far the log was read.
#[derive(Debug, Default)]
struct Reading {
    /// Milliseconds since 1970.
    start: i64,
    /// Whether lines are shown as they are.
    raw: bool,
    /// The lines since then that were shown, by time and id.
    shown: BTreeSet<(i64, String)>,
}

impl Reading {
    /// Shows what was not shown yet, and gives how many lines that was; nothing when nobody reads.
    async fn read(
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
                let id = event.event_id.clone().unwrap_or_default();
                if !self.shown.insert((event.timestamp.unwrap_or_default(), id)) {
                    continue;
                }
                lines += 1;
                let line = if self.raw { raw(event) } else { line(event) };
                if to.write_all(line.as_bytes()).is_err() {
                    return Ok(None);
                }
            }
        }
        self.forget();
        Ok(to.flush().is_ok().then_some(lines))
    }

    /// The next reading begins a little before the last line, as some may come late.
    fn forget(&mut self) {
        if let Some((last, _)) = self.shown.last() {
            self.start = self.start.max(last - LATE);
            self.shown = self.shown.split_off(&(self.start, String::new()));
        }
    }
}

fn line(event: &FilteredLogEvent) -> String {
    let time = DateTime::from_millis(event.timestamp.unwrap_or_default());
    let time = time.fmt(DateTimeFormat::DateTime).unwrap_or_default();
    // `task/showtable/ID`.
    let stream = event.log_stream_name().unwrap_or_default();
    let task = stream.rsplit('/').next().unwrap_or_default();
    let task: String = task.chars().take(DIGITS).collect();
    let message = event.message().unwrap_or_default().trim_end();
    format!("{time:24}  {}  {}\n", Shown(task), Shown(message))
}

fn raw(event: &FilteredLogEvent) -> String {
    let message = event.message().unwrap_or_default();
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
    fn what_may_still_come_late_is_read_again_and_the_rest_is_forgotten() {
        let shown = |time: i64| (time, time.to_string());
        let mut reading = Reading {
            start: 0,
            raw: false,
            shown: [100, 70_001, 99_999].map(shown).into(),
        };
        reading.forget();
        assert_eq!(reading.start, 69_999);
        assert_eq!(reading.shown, [70_001, 99_999].map(shown).into());
    }
}
