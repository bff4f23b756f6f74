//! Reads the first bytes of a file for the detection.

use std::io::{self, BufRead as _, Cursor, Read as _};

use super::Detected;
use super::classify::classify;
use crate::format::FileFormat;
use crate::item::KeyAttribute;
use crate::load::input::Input;

/// How many bytes are looked at, at most.
const MAX_HEAD: usize = 1024 * 1024;

/// Detects the format of a file. Afterwards `input` starts at the beginning again.
pub(crate) fn detect(
    input: &mut Input,
    format: Option<FileFormat>,
    key: &[KeyAttribute],
) -> io::Result<Detected> {
    let mut head = Vec::new();
    let detected = loop {
        let bytes = input.fill_buf()?;
        let length = bytes.len();
        head.extend_from_slice(bytes);
        input.consume(length);
        let is_all = length == 0 || head.len() >= MAX_HEAD;
        match classify(&head, is_all, format, key) {
            Detected::Unclear if !is_all => {}
            detected => break detected,
        }
    };
    let rest = std::mem::replace(input, Box::new(io::empty()));
    *input = Box::new(Cursor::new(head).chain(rest));
    Ok(detected)
}
