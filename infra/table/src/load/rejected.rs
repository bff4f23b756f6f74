//! The records that were skipped, in a file beside: once mended, it can be loaded by itself.

use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use crate::files::beside;

/// Where records are set aside; the file is made with the first of them.
#[derive(Debug)]
pub(super) struct Rejected {
    pub(super) path: PathBuf,
    /// What a file of CSV begins with.
    header: Vec<u8>,
    /// Whether records of an earlier run stay.
    resumes: bool,
    file: Option<File>,
}

impl Rejected {
    pub(super) fn new(file: &Path, header: Vec<u8>, resumes: bool) -> Self {
        Self {
            path: beside(file, "rejected"),
            header,
            resumes,
            file: None,
        }
    }

    pub(super) fn add(&mut self, record: &[u8]) -> io::Result<()> {
        let file = match &mut self.file {
            Some(file) => file,
            None => self.file.insert(self.open()?),
        };
        file.write_all(record)?;
        if record.ends_with(b"\n") {
            return Ok(());
        }
        file.write_all(b"\n")
    }

    fn open(&self) -> io::Result<File> {
        let goes_on = self.resumes && self.path.exists();
        let mut options = OpenOptions::new();
        options
            .create(true)
            .write(true)
            .append(goes_on)
            .truncate(!goes_on);
        let mut file = options.open(&self.path)?;
        if !goes_on {
            file.write_all(&self.header)?;
        }
        Ok(file)
    }
}

/// JSON on one line: a line break between two parts of it is a blank, and one within a text, where
/// it makes the text bad, stays to be seen.
pub(super) fn on_one_line(json: &[u8]) -> Vec<u8> {
    let (mut in_text, mut is_escaped) = (false, false);
    let mut line = Vec::with_capacity(json.len());
    for byte in json {
        match byte {
            b'\n' | b'\r' if in_text => line.push(b'\t'),
            b'\n' | b'\r' => line.push(b' '),
            _ => line.push(*byte),
        }
        let ends = *byte == b'"' && !is_escaped;
        in_text ^= ends;
        is_escaped = in_text && *byte == b'\\' && !is_escaped;
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_on_one_line_and_what_was_bad_stays_bad() {
        for (json, expected) in [
            ("{\n \"a\":\r\n1}", "{  \"a\":  1}"),
            ("{\"a\":\"\\\"\n\"\n}", "{\"a\":\"\\\"\t\" }"),
        ] {
            assert_eq!(on_one_line(json.as_bytes()), expected.as_bytes(), "{json}");
        }
    }
}
