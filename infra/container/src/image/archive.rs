use tar::{Builder, EntryType, Header};

use super::Error;

/// A tar archive in memory, without anything of this machine in it.
pub(crate) struct Archive(Builder<Vec<u8>>);

impl Default for Archive {
    fn default() -> Self {
        Self(Builder::new(Vec::new()))
    }
}

impl Archive {
    pub(crate) fn directory(&mut self, name: &str) -> Result<(), Error> {
        self.entry(&format!("{name}/"), EntryType::Directory, &[], 0o755)
    }

    pub(crate) fn file(&mut self, name: &str, bytes: &[u8], mode: u32) -> Result<(), Error> {
        self.entry(name, EntryType::Regular, bytes, mode)
    }

    /// Times, owners and modes of the file system stay outside.
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

    pub(crate) fn end(self) -> Result<Vec<u8>, Error> {
        self.0.into_inner().map_err(Error::Pack)
    }
}
