//! The batches that were sent, in the order of the file.

use std::collections::{HashSet, VecDeque};

use crate::item::Key;
use crate::load::batches::{BadRecord, Batch};
use crate::load::input::Position;

/// The batches from the first one that has not arrived.
#[derive(Default)]
pub(super) struct InFlight {
    /// The keys of the batches that have not arrived.
    keys: HashSet<Key>,
    batches: VecDeque<Flight>,
    /// The number of the first of them.
    first: u64,
}

struct Flight {
    end: Position,
    read: u64,
    /// The records that cannot be written, once the batch has arrived.
    arrived: Option<Vec<BadRecord>>,
}

/// A batch that has arrived, like all before it.
pub(super) struct Done {
    pub(super) end: Position,
    pub(super) read: u64,
    pub(super) bad: Vec<BadRecord>,
}

impl InFlight {
    pub(super) fn has_key_of(&self, batch: &Batch) -> bool {
        let mut writes = batch.writes.iter();
        writes.any(|write| self.keys.contains(&write.key))
    }

    /// Adds a batch and returns its number.
    pub(super) fn add(&mut self, batch: &Batch) -> u64 {
        let keys = batch.writes.iter().map(|write| write.key.clone());
        self.keys.extend(keys);
        let id = self.first + self.batches.len() as u64;
        self.batches.push_back(Flight {
            end: batch.end.clone(),
            read: batch.read,
            arrived: None,
        });
        id
    }

    /// Another batch with these keys may be sent now.
    pub(super) fn release(&mut self, batch: &Batch) {
        for write in &batch.writes {
            self.keys.remove(&write.key);
        }
    }

    /// The batch with this number has arrived, with these records that cannot be written.
    pub(super) fn arrived(&mut self, id: u64, bad: Vec<BadRecord>) {
        let mut batches = (self.first..).zip(&mut self.batches);
        if let Some((_, batch)) = batches.find(|(number, _)| *number == id) {
            batch.arrived = Some(bad);
        }
    }

    /// Takes the first batch, if it has arrived.
    pub(super) fn next_done(&mut self) -> Option<Done> {
        let bad = self.batches.front_mut()?.arrived.take()?;
        let Flight { end, read, .. } = self.batches.pop_front()?;
        self.first += 1;
        Some(Done { end, read, bad })
    }

    /// Where the first batch ends that has not arrived.
    pub(super) fn first_end(&self) -> Option<&Position> {
        self.batches.front().map(|batch| &batch.end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ending_at(line: u64) -> Batch {
        Batch {
            writes: Vec::new(),
            bad: Vec::new(),
            replaced: 0,
            end: Position {
                line,
                ..Position::default()
            },
            read: 0,
        }
    }

    #[test]
    fn a_batch_is_done_once_all_before_it_have_arrived() {
        let mut in_flight = InFlight::default();
        let ids = [1, 2, 3].map(|line| in_flight.add(&ending_at(line)));
        in_flight.arrived(ids[1], Vec::new());
        assert!(in_flight.next_done().is_none());
        in_flight.arrived(ids[0], Vec::new());
        let done = std::iter::from_fn(|| in_flight.next_done());
        assert_eq!(done.map(|done| done.end.line).collect::<Vec<_>>(), [1, 2]);
        assert_eq!(in_flight.first_end().unwrap().line, 3);
        in_flight.arrived(ids[2], Vec::new());
        assert_eq!(in_flight.next_done().unwrap().end.line, 3);
        assert_eq!(in_flight.first_end(), None);
    }
}
