//! Detects the format of a file from its first bytes.

mod classify;
mod detected;
mod head;
mod members;
#[cfg(test)]
mod tests;
mod unsupported;

pub(super) use detected::{Detected, DetectedFormat};
pub(super) use head::detect;
