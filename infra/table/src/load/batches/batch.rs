use std::collections::HashMap;

use crate::item::{Key, Reason};
use crate::load::input::{Location, Position};

/// Consecutive records.
#[derive(Debug)]
pub(crate) struct Batch {
    /// One write per key: the last of several with the same key.
    pub(crate) writes: Vec<Write>,
    /// The records that cannot be written.
    pub(crate) bad: Vec<BadRecord>,
    /// How many records were replaced by later ones.
    pub(crate) replaced: u64,
    /// The position after the last record.
    pub(crate) end: Position,
    /// How many bytes were read up to there, compressed as they are.
    pub(crate) read: u64,
}

/// A record that can be written.
#[derive(Debug, Clone)]
pub(crate) struct Write {
    pub(crate) key: Key,
    pub(super) location: Location,
    /// Whether the item is to be deleted.
    pub(super) is_delete: bool,
    /// The item, or the key of the item to delete, as `DynamoDB` JSON.
    pub(super) json: Vec<u8>,
    /// The record in the file, which is saved as rejected if `DynamoDB` refuses the item.
    pub(super) raw: Vec<u8>,
}

/// A record that cannot be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct BadRecord {
    pub(crate) location: Location,
    pub(crate) reason: Reason,
    pub(crate) raw: Vec<u8>,
}

impl Batch {
    pub(super) fn new(end: Position) -> Self {
        Self {
            writes: Vec::new(),
            bad: Vec::new(),
            replaced: 0,
            end,
            read: 0,
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.writes.is_empty() && self.bad.is_empty() && self.replaced == 0
    }

    /// Adds a write, or replaces the one with the same key. `places` has the index of each key.
    pub(super) fn add(&mut self, write: Write, places: &mut HashMap<Key, usize>) {
        if let Some(place) = places.get(&write.key) {
            self.writes[*place] = write;
            self.replaced += 1;
        } else {
            places.insert(write.key.clone(), self.writes.len());
            self.writes.push(write);
        }
    }
}

impl Write {
    pub(super) fn refused(&self, reason: Reason) -> BadRecord {
        BadRecord {
            location: self.location,
            reason,
            raw: self.raw.clone(),
        }
    }
}
