//! Calls to `DynamoDB`.

mod capacity;
mod client;
mod describe;
mod raw_body;
mod retry;

pub(crate) use capacity::read as read_capacity;
pub(crate) use client::{batch_write, client, scan};
pub(crate) use describe::describe;
pub(crate) use retry::Retry;
