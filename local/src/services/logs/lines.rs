//! The lines of the log streams. They are lost when the local AWS stops.

use std::collections::{BTreeMap, VecDeque};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::queries::Queries;
use crate::aws::milliseconds;

/// How many lines of a log stream are kept.
const KEPT: usize = 1000;

/// The last lines of every log stream.
#[derive(Default)]
pub(crate) struct Groups {
    streams: Mutex<Streams>,
    added: AtomicU64,
    /// The queries of Logs Insights.
    pub(super) queries: Queries,
}

/// The lines, by log group and log stream.
pub(super) type Streams = BTreeMap<(String, String), VecDeque<Line>>;

#[derive(Clone)]
pub(super) struct Line {
    /// Its position among the lines of all streams.
    pub(super) number: u64,
    /// Milliseconds since 1970.
    pub(super) time: i64,
    /// When it came, if it says another time itself.
    pub(super) ingested: Option<i64>,
    pub(super) text: String,
}

impl Groups {
    /// Adds a line.
    pub(crate) fn add(&self, group: &str, stream: &str, text: String) {
        let mut streams = self.lock();
        let number = self.added.fetch_add(1, Ordering::Relaxed);
        let lines = streams
            .entry((group.to_owned(), stream.to_owned()))
            .or_default();
        if lines.len() == KEPT {
            lines.pop_front();
        }
        lines.push_back(Line {
            number,
            time: milliseconds(),
            ingested: None,
            text,
        });
    }

    /// Creates a log stream. Returns false if it exists.
    pub(crate) fn create(&self, group: String, stream: String) -> bool {
        let mut streams = self.lock();
        let key = (group, stream);
        let is_new = !streams.contains_key(&key);
        if is_new {
            streams.insert(key, VecDeque::new());
        }
        is_new
    }

    /// Adds lines with times of their own. Returns false if there is no such log stream.
    pub(super) fn put(
        &self,
        key: &(String, String),
        added: impl Iterator<Item = (i64, String)>,
    ) -> bool {
        let mut streams = self.lock();
        let Some(lines) = streams.get_mut(key) else {
            return false;
        };
        for (time, text) in added {
            if lines.len() == KEPT {
                lines.pop_front();
            }
            lines.push_back(Line {
                number: self.added.fetch_add(1, Ordering::Relaxed),
                time,
                ingested: Some(milliseconds()),
                text,
            });
        }
        true
    }

    /// The last lines of a log stream, the oldest first.
    pub(crate) fn last(&self, group: &str, stream: &str, count: usize) -> Vec<String> {
        let streams = self.lock();
        let lines = streams.get(&(group.to_owned(), stream.to_owned()));
        let skipped = lines.map_or(0, |lines| lines.len().saturating_sub(count));
        lines
            .into_iter()
            .flatten()
            .skip(skipped)
            .map(|line| line.text.clone())
            .collect()
    }

    /// The number of the next line.
    pub(super) fn next_number(&self) -> u64 {
        self.added.load(Ordering::Relaxed)
    }

    pub(super) fn remove(&self, group: &str) {
        self.lock().retain(|(known, _), _| known != group);
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, Streams> {
        self.streams.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
