use crate::format::FileFormat;
use crate::load::input::Layout;

/// What is in a file, and how its records are separated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Form {
    pub(crate) format: FileFormat,
    pub(crate) layout: Layout,
    /// Whether the records are changes of an incremental export, each with its time.
    pub(crate) changes: bool,
}

/// The result of looking at the first bytes.
#[derive(Debug, PartialEq)]
pub(crate) enum Detected {
    Form(Form),
    /// A format that is not supported: the end of a sentence that says what to do.
    Refused(&'static str),
    Unknown,
    /// More bytes are needed.
    Unclear,
}
