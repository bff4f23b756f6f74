//! A reader that knows its position, and the digest of everything before it.

use std::io::{self, BufRead};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

/// A reader that counts bytes and line breaks.
pub(super) struct Tracked<R> {
    input: R,
    pub(super) offset: u64,
    /// The number of line breaks so far.
    pub(super) breaks: u64,
    digest: Sha256,
}

impl<R: BufRead> Tracked<R> {
    /// The seed goes into the digest, so that equal files of two exports have different digests.
    pub(super) fn new(input: R, seed: &[u8]) -> Self {
        Self {
            input,
            offset: 0,
            breaks: 0,
            digest: Sha256::new_with_prefix(seed),
        }
    }

    /// The next bytes; empty at the end.
    pub(super) fn fill(&mut self) -> io::Result<&[u8]> {
        loop {
            match self.input.fill_buf() {
                Err(err) if err.kind() == io::ErrorKind::Interrupted => {}
                Err(err) => return Err(err),
                Ok(_) => break,
            }
        }
        // Returning the bytes from the loop would borrow the reader for all its rounds.
        self.input.fill_buf()
    }

    /// Takes bytes that [`Self::fill`] returned.
    pub(super) fn consume(&mut self, length: usize) -> io::Result<()> {
        let bytes = self.input.fill_buf()?;
        let taken = &bytes[..length.min(bytes.len())];
        self.digest.update(taken);
        self.offset += taken.len() as u64;
        self.breaks += memchr::memchr_iter(b'\n', taken).count() as u64;
        let length = taken.len();
        self.input.consume(length);
        Ok(())
    }

    /// Appends the rest of the line, at most `room` bytes.
    pub(super) fn append_line(&mut self, line: &mut Vec<u8>, room: usize) -> io::Result<()> {
        let full = line.len() + room;
        while line.len() < full {
            let bytes = self.fill()?;
            let end = memchr::memchr(b'\n', bytes).map(|end| end + 1);
            let length = end.unwrap_or(bytes.len()).min(full - line.len());
            let ends = length == 0 || end == Some(length);
            line.extend_from_slice(&bytes[..length]);
            self.consume(length)?;
            if ends {
                break;
            }
        }
        Ok(())
    }

    /// Skips the rest of the line.
    pub(super) fn skip_line(&mut self) -> io::Result<()> {
        loop {
            let bytes = self.fill()?;
            let end = memchr::memchr(b'\n', bytes).map(|end| end + 1);
            let length = end.unwrap_or(bytes.len());
            self.consume(length)?;
            if end.is_some() || length == 0 {
                return Ok(());
            }
        }
    }

    /// Skips to an offset, or to the end.
    pub(super) fn skip_to(&mut self, offset: u64) -> io::Result<()> {
        while self.offset < offset {
            let left = usize::try_from(offset - self.offset).unwrap_or(usize::MAX);
            let length = self.fill()?.len().min(left);
            if length == 0 {
                break;
            }
            self.consume(length)?;
        }
        Ok(())
    }

    /// The SHA-256 of everything before the position.
    pub(super) fn digest(&self) -> String {
        STANDARD.encode(self.digest.clone().finalize())
    }
}
