//! The events of an operation, polled until one of them shows that the stack is settled.

use std::collections::HashSet;

use super::outcome::final_status;
use crate::Error;
use crate::aws::{Clients, Poll, latest_status, unseen_events};
use crate::model::{Event, OperationEvents, Status};

/// After this many polls without events, the latest event of the stack is read, whoever caused it:
/// if somebody else cancels the operation, its last events carry another token.
const MOST_EMPTY_POLLS: u32 = 10;
/// The same before the first event, when the latest event is still that of an older operation.
const MOST_EMPTY_POLLS_AT_FIRST: u32 = 60;

/// Polls the events of one operation.
#[derive(Debug)]
pub(super) struct Poller<'a> {
    clients: &'a Clients,
    stack_id: &'a str,
    operation: OperationEvents,
    seen: HashSet<String>,
    poll: Poll,
    empty_polls: u32,
}

/// What a poll found.
#[derive(Debug)]
pub(super) struct Polled {
    /// The new events.
    pub(super) events: Vec<Event>,
    /// The status of the stack, if it is settled.
    pub(super) settled: Option<Status>,
}

impl<'a> Poller<'a> {
    pub(super) fn new(clients: &'a Clients, stack_id: &'a str, operation: OperationEvents) -> Self {
        Self {
            clients,
            stack_id,
            operation,
            seen: HashSet::new(),
            poll: Poll::new(),
            empty_polls: 0,
        }
    }

    /// Polls once.
    pub(super) async fn poll(&mut self) -> Result<Polled, Error> {
        let (clients, stack_id) = (self.clients, self.stack_id);
        let new = unseen_events(clients, stack_id, &self.operation, &mut self.seen).await;
        // A temporary failure counts as a poll without events.
        let events = self.poll.check(new)?.unwrap_or_default();
        let settled = final_status(self.stack_id, &events);
        if !events.is_empty() {
            self.empty_polls = 0;
            return Ok(Polled { events, settled });
        }
        self.empty_polls += 1;
        if self.empty_polls < self.most_empty_polls() {
            return Ok(Polled { events, settled });
        }
        self.empty_polls = 0;
        let settled = self.settled_by_anybody().await?;
        Ok(Polled { events, settled })
    }

    /// Waits before the next poll.
    pub(super) async fn pause(&mut self) {
        self.poll.pause().await;
    }

    /// Also polls the events with this token from now on, fast at first.
    pub(super) fn add_token(&mut self, token: String) {
        if let OperationEvents::WithTokens(tokens) = &mut self.operation {
            tokens.push(token);
        }
        self.poll = Poll::new();
    }

    fn most_empty_polls(&self) -> u32 {
        if self.seen.is_empty() {
            MOST_EMPTY_POLLS_AT_FIRST
        } else {
            MOST_EMPTY_POLLS
        }
    }

    /// The status in the latest event of the stack, if the stack is settled.
    async fn settled_by_anybody(&mut self) -> Result<Option<Status>, Error> {
        let latest = latest_status(self.clients, self.stack_id).await;
        let status = self.poll.check(latest)?.flatten();
        Ok(status.filter(Status::is_settled))
    }
}
