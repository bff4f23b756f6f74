//! Following an operation to its end: polling, showing, interruptions, the time limit, and a
//! [`Observer`](crate::Observer) that observes meanwhile.

use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use super::Following;
use super::cancel::{Cancelled, cancel};
use super::interrupt::{Choice, ask};
use super::outcome::{failures, succeeded};
use super::poller::{Polled, Poller};
use super::view::View;
use crate::aws::{Clients, wait_for_description};
use crate::model::{Event, FailedOperation, OperationEvents, Status};
use crate::{Error, Output, render};

/// How soon an observer observes again at first; each pause is twice as long as the one before.
const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(3);

/// A running operation on a stack.
#[derive(Debug)]
pub(crate) struct Operation<'a> {
    pub(crate) stack_id: &'a str,
    pub(crate) events: OperationEvents,
    /// The template, to find the line of a failed resource.
    pub(crate) template: &'a str,
    /// How many resources it is expected to touch; 0 if unknown.
    pub(crate) expected: usize,
}

/// Follows an operation to its end. Returns the status of the stack, or an error if the operation
/// fails.
///
/// The stack is followed by its ARN, which still resolves after a deletion.
pub(crate) async fn follow(
    clients: &Clients,
    operation: Operation<'_>,
    output: Output,
    following: &Following,
) -> Result<Status, Error> {
    let stack_id = operation.stack_id;
    let mut watch = Watch::new(clients, operation, output, following);
    // Boxed, since it is a part of the future of every command.
    let ended = Box::pin(watch.run()).await;
    if let Err(Error::Failed(failed)) = &ended {
        // The next command needs the description; if it lags, the failure is reported all the same.
        let _ = wait_for_description(clients, stack_id, &failed.status).await;
    }
    ended
}

struct Watch<'a> {
    clients: &'a Clients,
    stack_id: &'a str,
    template: &'a str,
    following: &'a Following,
    poller: Poller<'a>,
    view: View,
    events: Vec<Event>,
    next_observation: Instant,
    pause: Duration,
    /// How and why this program stopped the operation.
    stopped_by_us: Option<String>,
}

impl<'a> Watch<'a> {
    fn new(
        clients: &'a Clients,
        operation: Operation<'a>,
        output: Output,
        following: &'a Following,
    ) -> Self {
        let Operation {
            stack_id,
            events,
            template,
            expected,
        } = operation;
        Self {
            clients,
            stack_id,
            template,
            following,
            poller: Poller::new(clients, stack_id, events),
            view: View::new(output, stack_id, expected),
            events: Vec::new(),
            next_observation: Instant::now(),
            pause: FIRST_PAUSE,
            stopped_by_us: None,
        }
    }

    async fn run(&mut self) -> Result<Status, Error> {
        let timeout = self.following.timeout;
        let mut deadline = timeout.map(|timeout| Instant::now() + timeout);
        loop {
            tokio::select! {
                settled = self.watch() => {
                    let status = settled.map_err(|err| self.lost_sight(err))?;
                    return self.outcome(status);
                }
                _ = tokio::signal::ctrl_c() => self.interrupted().await?,
                () = reached(deadline) => {
                    deadline = None;
                    self.timed_out().await?;
                }
            }
        }
    }

    /// Polls and shows until the stack is settled. Returns its status.
    ///
    /// Can be dropped at any time and called again.
    async fn watch(&mut self) -> Result<Status, Error> {
        loop {
            let Polled { events, settled } = self.poller.poll().await?;
            for event in &events {
                self.view.event(event);
            }
            if events.iter().any(|event| event.status.has_failed()) {
                // The rollback is about to delete what explains the failure.
                self.next_observation = Instant::now();
            }
            self.events.extend(events);
            self.observe(settled.is_some()).await;
            if let Some(status) = settled {
                return Ok(status);
            }
            self.view.draw();
            self.poller.pause().await;
        }
    }

    /// Lets the observer observe, if its pause is over or the operation has ended.
    async fn observe(&mut self, is_last: bool) {
        let Some(observer) = &self.following.observer else {
            return;
        };
        if !is_last && Instant::now() < self.next_observation {
            return;
        }
        let note = observer.observe(&self.events).await;
        self.next_observation = Instant::now() + self.pause;
        // The pause stays short until there is something to see; before that an observation is cheap.
        if let Some(note) = note {
            self.pause = (self.pause * 2).min(LONGEST_PAUSE);
            self.view.note(note);
        }
    }

    fn outcome(&mut self, status: Status) -> Result<Status, Error> {
        self.view.clear();
        if self.stopped_by_us.is_none() && succeeded(self.stack_id, &self.events, &status) {
            return Ok(status);
        }
        let observer = self.following.observer.as_ref();
        Err(Error::Failed(Box::new(FailedOperation {
            stack: self.stack(),
            status,
            stopped_by_us: self.stopped_by_us.take(),
            failures: failures(self.stack_id, &self.events, self.template),
            findings: observer.and_then(|observer| observer.findings()),
            cause: observer.and_then(|observer| observer.cause()),
        })))
    }

    fn lost_sight(&mut self, cause: Error) -> Error {
        self.view.clear();
        Error::LostSight {
            stack: self.stack(),
            cause: Box::new(cause),
        }
    }

    /// Handles Ctrl-C: asks if there is a terminal, and stops following if there is none.
    async fn interrupted(&mut self) -> Result<(), Error> {
        self.view.clear();
        let choice = if self.view.is_live() {
            ask(&self.view.progress.status).await
        } else {
            Choice::Leave
        };
        match choice {
            Choice::Watch => Ok(()),
            Choice::Leave => Err(Error::Interrupted {
                stack: self.stack(),
            }),
            Choice::Cancel => self.end("after Ctrl-C").await.map(drop),
        }
    }

    async fn timed_out(&mut self) -> Result<(), Error> {
        let Some(timeout) = self.following.timeout else {
            return Ok(());
        };
        let why = render::timeout(timeout, &self.view.progress);
        if self.end(&why).await? {
            return Ok(());
        }
        Err(Error::TimedOut {
            stack: self.stack(),
            status: self.view.progress.status.clone(),
        })
    }

    /// Ends the operation, and returns whether that was possible.
    async fn end(&mut self, why: &str) -> Result<bool, Error> {
        let cancelled = cancel(self.clients, self.stack_id).await;
        let cancelled = cancelled.map_err(|err| self.lost_sight(err))?;
        let Some(Cancelled { token, what }) = cancelled else {
            return Ok(false);
        };
        self.poller.add_token(token);
        let stopped = format!("{what} {why}");
        self.view.say(&stopped);
        self.stopped_by_us = Some(stopped);
        Ok(true)
    }

    fn stack(&self) -> String {
        self.view.progress.stack.clone()
    }
}

/// Waits until the deadline, if there is one, else for ever.
async fn reached(deadline: Option<Instant>) {
    match deadline {
        Some(deadline) => sleep_until(deadline).await,
        None => std::future::pending().await,
    }
}
