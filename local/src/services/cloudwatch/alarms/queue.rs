//! The actions of alarms that wait to be called.
//!
//! CloudWatch knows no other service: it puts the actions here, and the program takes them out and
//! calls the service that an action names. See `server/alarms.rs`.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, PoisonError};

use tokio::sync::Notify;

use super::state::{Alarm, StateValue};

/// An action that a change of an alarm's state causes.
#[derive(Debug, Clone)]
pub(crate) struct Fired {
    /// The ARN of the action, such as that of a topic or of a scaling policy.
    pub(crate) action: String,
    /// The name of the alarm.
    pub(crate) name: String,
    /// The alarm with its new state.
    pub(crate) alarm: Alarm,
    /// The value of its state before.
    pub(crate) before: StateValue,
}

/// The actions that wait, the oldest first.
#[derive(Debug, Default)]
pub(crate) struct Actions {
    waiting: Mutex<VecDeque<Fired>>,
    arrived: Notify,
    /// When each alarm is evaluated next, in seconds since 1970.
    due: Mutex<BTreeMap<String, i64>>,
}

impl Actions {
    pub(super) fn push(&self, fired: impl IntoIterator<Item = Fired>) {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.extend(fired);
        drop(waiting);
        self.arrived.notify_one();
    }

    /// Waits for the next action.
    pub(crate) async fn next(&self) -> Fired {
        loop {
            let next = {
                let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
                waiting.pop_front()
            };
            match next {
                Some(fired) => return fired,
                None => self.arrived.notified().await,
            }
        }
    }

    /// Whether an alarm is due at `now`. It is due again after `seconds`.
    pub(super) fn is_due(&self, name: &str, now: i64, seconds: i64) -> bool {
        let mut due = self.due.lock().unwrap_or_else(PoisonError::into_inner);
        let next = due.get(name).copied().unwrap_or(i64::MIN);
        // A clock that was set back must not stop an alarm.
        if next > now && next <= now + seconds {
            return false;
        }
        due.insert(name.to_owned(), now + seconds);
        true
    }

    /// An alarm that was changed is evaluated at once.
    pub(crate) fn forget(&self, name: &str) {
        let mut due = self.due.lock().unwrap_or_else(PoisonError::into_inner);
        due.remove(name);
    }
}
