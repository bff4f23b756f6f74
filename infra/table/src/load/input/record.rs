//! A record as it is in the file.

use super::Location;
use crate::item::Reason;

/// The longest record. An item of 400 KB is shorter, even if every character is escaped.
pub(super) const MAX_RECORD: usize = 16 * 1024 * 1024;
/// How much of a record that is too long is saved as rejected.
const MAX_KEPT: usize = 64 * 1024;

/// One record.
pub(crate) struct Record<'a> {
    pub(crate) location: Location,
    /// The bytes in the file, with the end of the line.
    pub(crate) raw: &'a [u8],
    /// The text without the end of the line, or why there is none.
    pub(crate) text: Result<&'a str, Reason>,
}

impl<'a> Record<'a> {
    /// `is_cut` says that the bytes are only the beginning of a record that is too long.
    pub(super) fn new(location: Location, raw: &'a [u8], is_cut: bool) -> Self {
        if is_cut {
            let reason = format!("it is longer than the limit of {MAX_RECORD} bytes");
            return Self {
                location,
                raw: &raw[..MAX_KEPT],
                text: Err(reason),
            };
        }
        let byte_order_mark = "\u{feff}".as_bytes();
        let bytes = match raw.strip_prefix(byte_order_mark) {
            Some(rest) if location.line == 1 => rest,
            _ => raw,
        };
        let text = match str::from_utf8(bytes) {
            Ok(text) => Ok(text.trim_end_matches('\n').trim_end_matches('\r')),
            Err(_) => Err("it is not UTF-8".to_owned()),
        };
        Self {
            location,
            raw,
            text,
        }
    }
}
