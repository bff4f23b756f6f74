//! The lines that were skipped, in a file beside: once mended, it can be loaded by itself.

use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use crate::files::beside;

/// Where lines are set aside; the file is made with the first of them.
#[derive(Debug)]
pub(super) struct Rejected {
    pub(super) path: PathBuf,
    /// What a file of CSV begins with.
    header: Vec<u8>,
    /// Whether lines of an earlier run stay.
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

    pub(super) fn add(&mut self, line: &[u8]) -> io::Result<()> {
        let file = match &mut self.file {
            Some(file) => file,
            None => self.file.insert(self.open()?),
        };
        file.write_all(line)?;
        if line.ends_with(b"\n") {
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
