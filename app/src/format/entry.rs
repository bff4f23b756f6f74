use super::properties::Properties;
use super::writer::Writer;

/// One of the formats.
#[derive(Debug)]
pub(crate) struct Format {
    pub(crate) properties: Properties,
    /// Makes the writer of one answer.
    pub(super) writer: fn() -> Box<dyn Writer>,
}
