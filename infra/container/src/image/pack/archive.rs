use tar::{Builder, EntryType, Header};

use crate::image::Error;

/// A tar archive in memory. It contains nothing that depends on this machine.
pub(super) struct Archive(Builder<Vec<u8>>);

impl Default for Archive {
    fn default() -> Self {
        Self(Builder::new(Vec::new()))
    }
}

impl Archive {
    pub(super) fn directory(&mut self, name: &str) -> Result<(), Error> {
        self.entry(&format!("{name}/"), EntryType::Directory, &[], 0o755)
    }

    pub(super) fn file(&mut self, name: &str, bytes: &[u8], mode: u32) -> Result<(), Error> {
        self.entry(name, EntryType::Regular, bytes, mode)
    }

    /// Adds an entry with fixed times and owners, and with the given mode.
    fn entry(&mut self, name: &str, kind: EntryType, bytes: &[u8], mode: u32) -> Result<(), Error> {
        let mut header = Header::new_gnu();
        header.set_entry_type(kind);
        header.set_mode(mode);
        header.set_uid(0);
        header.set_gid(0);
        header.set_mtime(0);
        header.set_size(bytes.len() as u64);
        self.0
            .append_data(&mut header, name, bytes)
            .map_err(Error::Pack)
    }

    pub(super) fn end(self) -> Result<Vec<u8>, Error> {
        self.0.into_inner().map_err(Error::Pack)
    }
}
