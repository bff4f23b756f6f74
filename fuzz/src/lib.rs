//! Runs the targets of the fuzz tests.
//!
//! A target gets the files of its corpus as they are, each cut at every place, and then, for some seconds, what
//! [`mutate()`](mutate) makes of them. It panics if a parser does something wrong. Its name contains `fuzz`:
//! `FUZZ_SECONDS=600 cargo test --workspace fuzz` runs all of them longer.

mod mutate;

use std::fs;
use std::panic::AssertUnwindSafe;
use std::path::Path;
use std::time::Duration;

use mutate::mutate;

/// How long a target runs within `cargo test`, in seconds.
const SECONDS: u64 = 2;
/// How many random bytes decide about one input.
const DECISIONS: usize = 256;

/// Runs a target on a corpus: a directory with a file for each input.
///
/// # Panics
/// The target panics, or there is no corpus. The message shows the input.
pub fn run(corpus: impl AsRef<Path>, target: impl Fn(&[u8])) {
    let corpus = read(corpus.as_ref());
    for input in &corpus {
        for length in 0..=input.len() {
            target(&input[..length]);
        }
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
