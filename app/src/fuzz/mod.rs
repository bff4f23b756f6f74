//! Fuzz tests of everything that reads bytes from outside: `fuzz` says how they run.

mod address;
mod login;
mod page;

/// The directory with the corpus of a target.
fn corpus(name: &str) -> String {
    format!("{}/tests/fuzz/{name}", env!("CARGO_MANIFEST_DIR"))
}
