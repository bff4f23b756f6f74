//! Runs the targets of the fuzz tests.
//!
//! A target gets the files of its corpus as they are, each cut at many places, and then, for some seconds, what
//! the module `mutate` makes of them. It panics if a parser does something wrong. Its name contains `fuzz`:
//! `FUZZ_SECONDS=600 cargo test --workspace fuzz` runs all of them longer.

mod mutate;

use std::fs;
use std::panic::AssertUnwindSafe;
use std::path::Path;
use std::time::Duration;

use mutate::{Corpus, mutate};

/// How long a target runs within `cargo test`, in seconds.
const SECONDS: u64 = 2;
/// At most about how many cuts of one file are tried.
const CUTS: usize = 256;
/// How many random bytes decide about one input.
const DECISIONS: usize = 256;

/// Runs a target on a corpus: a directory with a file for each input.
///
/// # Panics
/// The target panics, or there is no corpus. The message shows the input.
pub fn run(corpus: impl AsRef<Path>, target: impl Fn(&[u8])) {
    run_with(corpus, &[], target);
}

/// The same, with words of the format, which the inputs then have, too.
///
/// # Panics
/// The target panics, or there is no corpus. The message shows the input.
pub fn run_with(corpus: impl AsRef<Path>, words: &[&str], target: impl Fn(&[u8])) {
    let corpus = Corpus {
        files: read(corpus.as_ref()),
        tokens: mutate::tokens(words),
    };
    for input in &corpus.files {
        for length in (0..=input.len()).step_by(input.len().div_ceil(CUTS).max(1)) {
            target(&input[..length]);
        }
        target(input);
    }
    let seconds = std::env::var("FUZZ_SECONDS").ok();
    let seconds = seconds
        .and_then(|text| text.parse().ok())
        .unwrap_or(SECONDS);
    let target = AssertUnwindSafe(target);
    bolero::check!()
        .with_test_time(Duration::from_secs(seconds))
        .with_max_len(DECISIONS)
        .for_each(|decisions: &[u8]| {
            let input = mutate(&corpus, decisions);
            let shown = Shown(&input);
            (*target)(&input);
            std::mem::forget(shown);
        });
}

/// Shows the input if the target panics.
struct Shown<'a>(&'a [u8]);

impl Drop for Shown<'_> {
    fn drop(&mut self) {
        eprintln!("input: {:?}", String::from_utf8_lossy(self.0));
    }
}

/// The files of a directory, in the order of their names.
fn read(corpus: &Path) -> Vec<Vec<u8>> {
    let entries = fs::read_dir(corpus).expect("the corpus is a directory");
    let mut paths: Vec<_> = entries.map(|entry| entry.expect("a file").path()).collect();
    paths.sort();
    let files: Vec<_> = paths
        .iter()
        .map(|path| fs::read(path).expect("a file"))
        .collect();
    assert!(!files.is_empty(), "{} is empty", corpus.display());
    files
}
