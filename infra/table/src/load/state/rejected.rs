//! The skipped records, in a file that can be loaded once they are corrected.

use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use crate::files::beside;

/// The file `FILE.rejected`, which is created with the first record.
#[derive(Debug)]
pub(super) struct Rejected {
    pub(super) path: PathBuf,
    /// The header of CSV.
    header: Vec<u8>,
    /// Whether the records of an earlier load are kept.
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
        let keeps = self.resumes && self.path.exists();
        let mut options = OpenOptions::new();
        options
            .create(true)
            .write(true)
            .append(keeps)
            .truncate(!keeps);
        let mut file = options.open(&self.path)?;
        if !keeps {
            file.write_all(&self.header)?;
        }
        Ok(file)
    }
}

/// JSON on one line. A line break between tokens becomes a space. Within a string, where it is an
/// error, it becomes a tab, which is an error too.
pub(super) fn on_one_line(json: &[u8]) -> Vec<u8> {
    let (mut in_string, mut is_escaped) = (false, false);
    let mut line = Vec::with_capacity(json.len());
    for byte in json {
        match byte {
            b'\n' | b'\r' if in_string => line.push(b'\t'),
            b'\n' | b'\r' => line.push(b' '),
            _ => line.push(*byte),
        }
        let ends = *byte == b'"' && !is_escaped;
        in_string ^= ends;
        is_escaped = in_string && *byte == b'\\' && !is_escaped;
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_put_on_one_line_and_an_error_stays_an_error() {
        for (json, expected) in [
            ("{\n \"a\":\r\n1}", "{  \"a\":  1}"),
            ("{\"a\":\"\\\"\n\"\n}", "{\"a\":\"\\\"\t\" }"),
        ] {
            assert_eq!(on_one_line(json.as_bytes()), expected.as_bytes(), "{json}");
        }
    }
}
