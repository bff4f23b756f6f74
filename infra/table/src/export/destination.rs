//! The file that an export fills: under another name until it is complete.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use crate::files::beside;
use crate::{Error, FileError};

const BUFFER: usize = 256 * 1024;

/// Where items go.
pub(super) struct Destination {
    /// As a person calls it.
    pub(super) path: PathBuf,
    out: Box<dyn Write + Send>,
    /// The file that becomes the one at `path`; it is removed if it does not.
    part: Option<PathBuf>,
    pub(super) bytes: u64,
}

impl Destination {
    pub(super) fn new(path: &Path, force: bool) -> Result<Self, Error> {
        let path = path.to_owned();
        if path == Path::new("-") {
            return Ok(Self {
                path: "standard output".into(),
                out: Box::new(io::stdout()),
                part: None,
                bytes: 0,
            });
        }
        if path.exists() && !force {
            return Err(Error::Exists(path));
        }
        let part = beside(&path, "part");
        let file = File::create(&part).map_err(|err| FileError::new("write", &part, err))?;
        Ok(Self {
            path,
            out: Box::new(BufWriter::with_capacity(BUFFER, file)),
            part: Some(part),
            bytes: 0,
        })
    }

    pub(super) fn write(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.bytes += bytes.len() as u64;
        let written = self.out.write_all(bytes);
        written.map_err(|err| FileError::new("write", &self.path, err).into())
    }

    /// Everything is written.
    pub(super) fn flush(&mut self) -> Result<(), Error> {
        let flushed = self.out.flush();
        flushed.map_err(|err| FileError::new("write", &self.path, err).into())
    }

    /// The file takes its name.
    pub(super) fn commit(&mut self) -> Result<(), Error> {
        if let Some(part) = &self.part {
            let on_disk = File::open(part).and_then(|file| file.sync_all());
            let renamed = on_disk.and_then(|()| fs::rename(part, &self.path));
            renamed.map_err(|err| FileError::new("write", &self.path, err))?;
            self.part = None;
        }
        Ok(())
    }
}

impl Drop for Destination {
    fn drop(&mut self) {
        if let Some(part) = &self.part {
            // Nothing can be said here; the next export writes over it.
            let _ = fs::remove_file(part);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_there_only_when_it_is_complete() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("items.jsonl");
        let mut given_up = Destination::new(&path, false).unwrap();
        given_up.write(b"half").unwrap();
        drop(given_up);
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 0);
        let mut destination = Destination::new(&path, false).unwrap();
        destination.write(b"whole").unwrap();
        destination.flush().unwrap();
        assert!(!path.exists());
        destination.commit().unwrap();
        drop(destination);
        assert_eq!(fs::read(&path).unwrap(), b"whole");
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1);
        assert!(Destination::new(&path, false).is_err());
        assert!(Destination::new(&path, true).is_ok());
        assert_eq!(fs::read(&path).unwrap(), b"whole");
    }
}
