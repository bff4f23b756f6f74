//! The result of the detection.

use crate::format::FileFormat;
use crate::load::input::Layout;

/// The format of a file, and how its records are separated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct DetectedFormat {
    pub(crate) format: FileFormat,
    pub(crate) layout: Layout,
    /// Whether the records are changes of an incremental export, each with its time.
    pub(crate) changes: bool,
}

/// The result of looking at the first bytes.
#[derive(Debug, PartialEq)]
pub(crate) enum Detected {
    Format(DetectedFormat),
    /// A format that is not supported. The text says which one and what to do; messages put the
    /// name of the file before it.
    Unsupported(&'static str),
    Unknown,
    /// More bytes are needed.
    Unclear,
}
