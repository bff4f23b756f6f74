//! An answer that is written while it is sent, to one reader or to several that want the same.
//!
//! [`Answers`] has the scans that run. A scan reads the table and writes a
//! [`Document`](crate::format::Document) to a buffer, from which each reader takes it at its own pace.

mod buffer;
mod chunks;
mod produce;
mod shared;
mod source;
#[cfg(test)]
mod tests;

pub(crate) use shared::Answers;
pub(crate) use source::Source;
