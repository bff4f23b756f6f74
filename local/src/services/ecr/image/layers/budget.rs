//! How much an image may unpack to.

use std::io;
use std::path::{Path, PathBuf};

use crate::account::check_room;

/// The disk of a task on Fargate:
/// <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-task-storage.html>
const LARGEST: u64 = 20 << 30;

/// About as many files as fit on this disk.
const MOST_ENTRIES: u64 = 1_000_000;

/// How many bytes are unpacked between two looks at the disk.
const BETWEEN: u64 = 64 << 20;

/// What is left for the rest of an image.
pub(super) struct Budget {
    root: PathBuf,
    bytes: u64,
    entries: u64,
    until_look: u64,
}

impl Budget {
    pub(super) fn new(root: &Path) -> Self {
        Self::of(root, LARGEST, MOST_ENTRIES)
    }

    pub(super) fn of(root: &Path, bytes: u64, entries: u64) -> Self {
        Self {
            root: root.to_owned(),
            bytes,
            entries,
            until_look: 0,
        }
    }

    /// # Errors
    /// There are too many files.
    pub(super) fn take_entry(&mut self) -> io::Result<()> {
        self.entries = self.entries.checked_sub(1).ok_or_else(|| {
            io::Error::other(format!(
                "the local AWS unpacks images of up to {MOST_ENTRIES} files"
            ))
        })?;
        Ok(())
    }

    /// # Errors
    /// It is too much, or the disk is nearly full.
    pub(super) fn take_bytes(&mut self, bytes: u64) -> io::Result<()> {
        self.bytes = self.bytes.checked_sub(bytes).ok_or_else(|| {
            io::Error::other(format!(
                "the local AWS unpacks images of up to {} GiB",
                LARGEST >> 30
            ))
        })?;
        self.until_look = match self.until_look.checked_sub(bytes) {
            Some(rest) if rest > 0 => rest,
            _ => {
                check_room(&self.root)?;
                BETWEEN
            }
        };
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_image_has_a_largest_size_and_number_of_files() {
        let mut budget = Budget::of(Path::new("/"), 10, 1);
        assert!(budget.take_bytes(10).is_ok());
        let refused = budget.take_bytes(1).unwrap_err().to_string();
        assert_eq!(refused, "the local AWS unpacks images of up to 20 GiB");
        assert!(budget.take_entry().is_ok());
        let refused = budget.take_entry().unwrap_err().to_string();
        assert_eq!(
            refused,
            "the local AWS unpacks images of up to 1000000 files"
        );
    }
}
