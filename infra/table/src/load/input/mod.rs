//! Reads the records of a file or an export, one at a time.

mod file;
mod layout;
mod open;
mod position;
mod quotes;
mod record;
mod records;
mod scan;
mod stream;
mod token;
mod tracked;
mod values;

pub(super) use file::InputFile;
pub(crate) use layout::Layout;
pub(super) use open::{Input, open};
pub(super) use position::{Location, Position};
pub(super) use record::Record;
pub(crate) use records::Records;
pub(super) use records::Stop;
pub(super) use stream::Stream;
