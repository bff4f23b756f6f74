//! Detects the format of a file from its first bytes.

mod classify;
mod foreign;
mod form;
mod head;
mod members;
#[cfg(test)]
mod tests;

pub(super) use form::{Detected, Form};
pub(super) use head::detect;
