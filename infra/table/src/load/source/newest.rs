//! The newest change of each key in an incremental export, whose files are in no order.

use std::collections::HashMap;

use sha2::{Digest as _, Sha256};

use crate::item::Key;

/// The time of the newest change of each key. A key takes at most 50 bytes, even a long one.
#[derive(Debug, Default)]
pub(crate) struct Newest(HashMap<[u8; 16], u64>);

impl Newest {
    /// Whether no change of this key so far was newer. A change without a time is always admitted.
    pub(crate) fn admits(&mut self, key: &Key, micros: Option<u64>) -> bool {
        let Some(micros) = micros else { return true };
        let newest = self.0.entry(digest(key)).or_insert(0);
        let admits = micros >= *newest;
        *newest = micros.max(*newest);
        admits
    }
}

fn digest(key: &Key) -> [u8; 16] {
    let mut sha = Sha256::new();
    for part in key {
        sha.update((part.len() as u64).to_le_bytes());
        sha.update(part);
    }
    let mut digest = [0; 16];
    digest.copy_from_slice(&sha.finalize()[..16]);
    digest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_older_change_does_not_follow_a_newer_one() {
        let key = |one: &str, other: &str| vec![one.to_owned(), other.to_owned()];
        let mut newest = Newest::default();
        for (key, micros, expected) in [
            (key("a", "bc"), Some(2), true),
            (key("ab", "c"), Some(1), true),
            (key("a", "bc"), Some(1), false),
            (key("a", "bc"), Some(2), true),
            (key("a", "bc"), Some(3), true),
            (key("a", "bc"), None, true),
        ] {
            assert_eq!(newest.admits(&key, micros), expected, "{key:?} {micros:?}");
        }
    }
}
