//! The formats of files.

mod file_format;
mod parser;

pub use file_format::FileFormat;
pub(crate) use parser::Parser;
