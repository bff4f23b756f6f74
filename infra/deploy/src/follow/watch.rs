//! Following an operation until the stack settles: what [`Progress`] makes of its events goes to
//! the [`Screen`], and a [`Witness`](crate::Witness) looks on.

use std::collections::HashSet;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio::time::{Instant, sleep_until};

use crate::described::settled;
use crate::events::{
    Event, Since, failures, final_status, has_succeeded, is_settled, latest_status, stack_name,
    unseen,
};
use crate::interrupt::{self, Wish};
use crate::poll::Poll;
use crate::progress::Progress;
use crate::recover::{self, Ending};
use crate::screen::Screen;
use crate::{Clients, Error, FailedOperation, Following, Output, render};

/// After so many looks without news the latest event of the stack is asked for, whoever caused it:
/// the end of an operation that somebody else has cancelled carries their token.
const QUIET_LOOKS: u32 = 10;
/// The same while the operation has no event yet: until then the latest one is of an older operation.
const QUIET_LOOKS_AT_FIRST: u32 = 60;
/// A witness looks more often while things are new.
const FIRST_LOOK: Duration = Duration::from_millis(50);
const LONGEST_LOOK: Duration = Duration::from_secs(3);

/// An operation that runs on a stack.
#[derive(Debug)]
pub(crate) struct Operation<'a> {
    pub(crate) stack_id: &'a str,
    pub(crate) since: Since,
    /// The template, in which a failed resource has its line.
    pub(crate) template: &'a str,
    /// How many resources it is expected to touch; 0 where nobody knows.
    pub(crate) expected: usize,
}

/// Follows one operation to its end, and fails when the operation does; gives the stack's status.
///
/// The stack is followed by its ARN, which outlives it.
pub(crate) async fn follow(
    clients: &Clients,
    operation: Operation<'_>,
    output: Output,
    following: &Following,
) -> Result<String, Error> {
    let stack_id = operation.stack_id;
    let mut watch = Watch::new(clients, operation, output, following);
    // On the heap, since it is a part of every command's future.
    let ended = Box::pin(watch.run()).await;
    if let Err(Error::Failed(failed)) = &ended {
        // The next command begins with the description; the failure is told whatever comes of this.
        let _ = settled(clients, stack_id, &failed.status).await;
    }
    ended
}

async fn reached(deadline: Option<Instant>) {
    match deadline {
        Some(deadline) => sleep_until(deadline).await,
        None => std::future::pending().await,
    }
}

struct Watch<'a> {
    clients: &'a Clients,
    operation: Operation<'a>,
    following: &'a Following,
    screen: Screen,
    progress: Progress,
    events: Vec<Event>,
    seen: HashSet<String>,
    poll: Poll,
    quiet: u32,
    next_look: Instant,
    look_pause: Duration,
    /// Why this program has ended the operation, and what was at work then.
    ended: Option<String>,
}

impl<'a> Watch<'a> {
    fn new(
        clients: &'a Clients,
        operation: Operation<'a>,
        output: Output,
        following: &'a Following,
    ) -> Self {
        Self {
            clients,
            screen: Screen::new(output),
            progress: Progress::new(stack_name(operation.stack_id), operation.expected),
            operation,
            following,
            events: Vec::new(),
            seen: HashSet::new(),
            poll: Poll::new(),
            quiet: 0,
            next_look: Instant::now(),
            look_pause: FIRST_LOOK,
            ended: None,
        }
    }

    async fn run(&mut self) -> Result<String, Error> {
        let mut deadline = self
            .following
            .timeout
            .map(|timeout| Instant::now() + timeout);
        loop {
            tokio::select! {
                settled = self.settle() => {
                    let status = settled.map_err(|err| self.lost_sight(err))?;
                    return self.outcome(status);
                }
                _ = tokio::signal::ctrl_c() => self.interrupted().await?,
                () = reached(deadline) => {
                    deadline = None;
                    self.time_out().await?;
                }
            }
        }
    }

    /// Looks again and again until the stack has come to rest; gives its status.
    ///
    /// Can be dropped between two looks and called again.
    async fn settle(&mut self) -> Result<String, Error> {
        loop {
            let status = self.look().await?;
            self.ask_witness(status.is_some()).await;
            if let Some(status) = status {
                return Ok(status);
            }
            self.draw();
            self.poll.pause().await;
        }
    }

    async fn look(&mut self) -> Result<Option<String>, Error> {
        let stack_id = self.operation.stack_id;
        let since = &self.operation.since;
        let look = unseen(self.clients, stack_id, since, &mut self.seen).await;
        let new = self.poll.seen(look)?.unwrap_or_default();
        self.quiet = if new.is_empty() { self.quiet + 1 } else { 0 };
        for event in &new {
            self.show(event);
        }
        if new.iter().any(|event| event.status.ends_with("_FAILED")) {
            // The rollback is about to remove what explains this.
            self.next_look = Instant::now();
        }
        let status = final_status(stack_id, &new);
        self.events.extend(new);
        if status.is_none() && self.quiet >= self.longest_quiet() {
            self.quiet = 0;
            return self.ask_for_end().await;
        }
        Ok(status)
    }

    fn longest_quiet(&self) -> u32 {
        if self.events.is_empty() {
            QUIET_LOOKS_AT_FIRST
        } else {
            QUIET_LOOKS
        }
    }

    /// The status in which the latest event leaves the stack, if nothing is at work on it.
    async fn ask_for_end(&mut self) -> Result<Option<String>, Error> {
        let look = latest_status(self.clients, self.operation.stack_id).await;
        let status = self.poll.seen(look)?.flatten();
        Ok(status.filter(|status| is_settled(status)))
    }

    async fn ask_witness(&mut self, is_last: bool) {
        let Some(witness) = &self.following.witness else {
            return;
        };
        if !is_last && Instant::now() < self.next_look {
            return;
        }
        let note = witness.look(&self.events).await;
        self.next_look = Instant::now() + self.look_pause;
        // As long as there is nothing to see yet, looking costs nothing.
        if note.is_some() {
            self.look_pause = (self.look_pause * 2).min(LONGEST_LOOK);
        }
        if note.is_some() && note != self.progress.note {
            if let Some(note) = note.as_deref().filter(|_| !self.screen.is_live()) {
                let stack = &self.progress.stack;
                self.screen.line(&render::note(now(), stack, note));
            }
            self.progress.note = note;
        }
    }

    fn show(&mut self, event: &Event) {
        let is_of_stack = event.is_of_stack(self.operation.stack_id);
        self.progress.apply(event, is_of_stack);
        if !self.screen.is_live() {
            self.screen.line(&render::event(event));
        } else if !is_of_stack {
            let line = render::progress::settled(event, self.progress.took(event));
            if let Some(line) = line {
                self.screen.line(&line);
            }
        }
    }

    fn draw(&mut self) {
        if self.screen.is_live() {
            let tree = render::progress::tree(&self.progress, now(), self.screen.rows());
            self.screen.draw(&tree);
        }
    }

    fn outcome(&mut self, status: String) -> Result<String, Error> {
        self.screen.clear();
        let stack_id = self.operation.stack_id;
        if self.ended.is_none() && has_succeeded(stack_id, &self.events, &status) {
            return Ok(status);
        }
        let witness = self.following.witness.as_ref();
        Err(Error::Failed(Box::new(FailedOperation {
            stack: self.progress.stack.clone(),
            status,
            ended: self.ended.take(),
            failures: failures(stack_id, &self.events, self.operation.template),
            testimony: witness.and_then(|witness| witness.testimony()),
        })))
    }

    fn lost_sight(&mut self, cause: Error) -> Error {
        self.screen.clear();
        Error::LostSight {
            stack: self.progress.stack.clone(),
            cause: Box::new(cause),
        }
    }

    /// Ctrl-C: a person is asked, and nobody else is there to answer.
    async fn interrupted(&mut self) -> Result<(), Error> {
        self.screen.clear();
        let wish = if self.screen.is_live() {
            interrupt::ask(&self.progress.status).await
        } else {
            Wish::Leave
        };
        match wish {
            Wish::Watch => Ok(()),
            Wish::Leave => Err(Error::Interrupted {
                stack: self.progress.stack.clone(),
            }),
            Wish::End => self.end("as asked").await.map(drop),
        }
    }

    async fn time_out(&mut self) -> Result<(), Error> {
        let Some(timeout) = self.following.timeout else {
            return Ok(());
        };
        let why = render::timeout(timeout, &self.progress);
        if self.end(&why).await? {
            return Ok(());
        }
        Err(Error::TimedOut {
            stack: self.progress.stack.clone(),
            status: self.progress.status.clone(),
        })
    }

    /// Cancels the update or deletes the unfinished creation, and returns whether it could.
    async fn end(&mut self, why: &str) -> Result<bool, Error> {
        let ending = recover::end(self.clients, self.operation.stack_id).await;
        let ending = ending.map_err(|err| self.lost_sight(err))?;
        let Some(Ending { token, what }) = ending else {
            return Ok(false);
        };
        if let Since::Tokens(tokens) = &mut self.operation.since {
            tokens.push(token);
        }
        let ended = format!("{what}, {why}");
        self.screen
            .line(&format!("{}: {ended}", self.progress.stack));
        self.ended = Some(ended);
        self.poll = Poll::new();
        Ok(true)
    }
}

/// The clock, in seconds since 1970: for what a person sees of elapsed time, and nothing else.
fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| {
        i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
    })
}
