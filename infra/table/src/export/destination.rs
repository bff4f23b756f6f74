//! The file that an export writes. It has another name until it is complete.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use flate2::Compression;
use flate2::write::GzEncoder;

use crate::files::{beside, is_named_gzip};
use crate::{Error, FileError};

const BUFFER: usize = 256 * 1024;

/// A file or standard output.
pub(super) struct Destination {
    /// The path as messages show it.
    pub(super) path: PathBuf,
    out: Out,
    /// The unfinished file, which is renamed to `path` or removed.
    part: Option<PathBuf>,
    bytes: Arc<AtomicU64>,
}

type Sink = Counted<Box<dyn Write + Send>>;

enum Out {
    Plain(Sink),
    Gzip(GzEncoder<Sink>),
}

impl Destination {
    pub(super) fn new(path: &Path, force: bool) -> Result<Self, Error> {
        let path = path.to_owned();
        if path == Path::new("-") {
            return Ok(Self::to("standard output".into(), deploy::data(), None));
        }
        if path.exists() && !force {
            return Err(Error::Exists(path));
        }
        let part = beside(&path, "part");
        let file = File::create(&part).map_err(|err| FileError::new("write", &part, err))?;
        let out = BufWriter::with_capacity(BUFFER, file);
        Ok(Self::to(path, Box::new(out), Some(part)))
    }

    fn to(path: PathBuf, out: Box<dyn Write + Send>, part: Option<PathBuf>) -> Self {
        let bytes = Arc::default();
        let out = Counted {
            out,
            bytes: Arc::clone(&bytes),
        };
        let out = if is_named_gzip(&path) {
            Out::Gzip(GzEncoder::new(out, Compression::default()))
        } else {
            Out::Plain(out)
        };
        Self {
            path,
            out,
            part,
            bytes,
        }
    }

    /// The size of the file so far.
    pub(super) fn bytes(&self) -> u64 {
        self.bytes.load(Ordering::Relaxed)
    }

    pub(super) fn write(&mut self, bytes: &[u8]) -> Result<(), Error> {
        let written = match &mut self.out {
            Out::Plain(out) => out.write_all(bytes),
            Out::Gzip(out) => out.write_all(bytes),
        };
        written.map_err(|err| FileError::new("write", &self.path, err).into())
    }

    /// Writes what is still in buffers.
    pub(super) fn flush(&mut self) -> Result<(), Error> {
        let flushed = match &mut self.out {
            Out::Plain(out) => out.flush(),
            Out::Gzip(out) => out.try_finish().and_then(|()| out.get_mut().flush()),
        };
        flushed.map_err(|err| FileError::new("write", &self.path, err).into())
    }

    /// Gives the complete file its name.
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

struct Counted<W> {
    out: W,
    bytes: Arc<AtomicU64>,
}

impl<W: Write> Write for Counted<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let length = self.out.write(bytes)?;
        self.bytes.fetch_add(length as u64, Ordering::Relaxed);
        Ok(length)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

impl Drop for Destination {
    fn drop(&mut self) {
        if let Some(part) = &self.part {
            // An error has nowhere to go here. The next export overwrites the file.
            let _ = fs::remove_file(part);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_appears_only_when_it_is_complete() {
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
