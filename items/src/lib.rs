//! What the app and `table` both know of `DynamoDB` items: how they are written as CSV.

pub mod csv;
