//! The content of a layer, of which only as much is read as is allowed, and its digest.

use std::cell::Cell;
use std::io::{self, Read};
use std::rc::Rc;

use sha2::{Digest as _, Sha256};

use crate::services::ecr::blobs::named;

/// Allows the reader of a [`Meter`] to read on.
#[derive(Clone, Default)]
pub(super) struct Allowance(Rc<Cell<u64>>);

impl Allowance {
    pub(super) fn set(&self, bytes: u64) {
        self.0.set(bytes);
    }
}

/// A reader that fails when more is read than is allowed. The headers of an archive can say that a name is
/// gigabytes long, and a few bytes can unpack to that.
pub(super) struct Meter<R> {
    content: R,
    allowance: Allowance,
    hash: Sha256,
}

impl<R: Read> Meter<R> {
    pub(super) fn new(content: R) -> (Self, Allowance) {
        let allowance = Allowance::default();
        let meter = Self {
            content,
            allowance: allowance.clone(),
            hash: Sha256::new(),
        };
        (meter, allowance)
    }

    /// The digest of what was read.
    pub(super) fn digest(self) -> String {
        named(&self.hash.finalize())
    }
}

impl<R: Read> Read for Meter<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let allowed = self.allowance.0.get();
        let most = usize::try_from(allowed).unwrap_or(usize::MAX);
        if most == 0 && !buffer.is_empty() {
            return Err(io::Error::other(
                "the header of a file in the layer is too long for the local AWS",
            ));
        }
        let length = buffer.len().min(most);
        let read = self.content.read(&mut buffer[..length])?;
        self.hash.update(&buffer[..read]);
        self.allowance
            .set(allowed.saturating_sub(u64::try_from(read).unwrap_or(u64::MAX)));
        Ok(read)
    }
}
