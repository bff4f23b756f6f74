//! What is loaded: a file, standard input or an export to S3, opened where the load begins.

mod checksum;
mod find;
mod manifest;
mod newest;
mod opened;
mod resume;

pub(super) use newest::Newest;
pub(super) use resume::Source;
