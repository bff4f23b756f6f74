//! Groups records into batches, and writes them with `BatchWriteItem`.

mod batch;
mod reader;
mod request;
mod response;
mod write;

pub(super) use batch::{BadRecord, Batch};
pub(super) use reader::{End, Message, Reader};
pub(super) use write::{Written, write};
