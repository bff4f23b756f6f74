//! The static files, and their addresses in pages.

use std::path::{Path, PathBuf};

const FILES: [&str; 3] = ["/css/showtable.css", "/js/showtable.js", "/favicon.svg"];

/// The directory of the static files, and the address of each file with a hash of its content.
///
/// With the hash in the address a browser keeps a file for ever, and still sees a new one at once.
/// The directory does not change while the process runs.
#[derive(Debug)]
pub(crate) struct Assets {
    directory: PathBuf,
    addresses: Vec<(&'static str, String)>,
}

impl Assets {
    /// Reads the files of the directory. A file that is missing keeps its plain address.
    pub(crate) fn load(directory: &Path) -> Self {
        let addresses = FILES.into_iter().filter_map(|file| {
            let bytes = std::fs::read(directory.join(&file[1..])).ok()?;
            Some((file, format!("{file}?v={:016x}", hash(&bytes))))
        });
        Self {
            directory: directory.to_owned(),
            addresses: addresses.collect(),
        }
    }

    pub(crate) fn directory(&self) -> &Path {
        &self.directory
    }

    /// The address of a file, for a page.
    pub(crate) fn address(&self, file: &'static str) -> &str {
        let mut addresses = self.addresses.iter();
        let found = addresses.find(|(known, _)| *known == file);
        found.map_or(file, |(_, address)| address)
    }

    /// Whether the address is one of a file with its current hash.
    pub(crate) fn is_current(&self, path_and_query: &str) -> bool {
        let mut addresses = self.addresses.iter();
        addresses.any(|(_, address)| address == path_and_query)
    }
}

/// FNV-1a, which is enough to see that a file has changed.
fn hash(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, &byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_changes_with_the_content_of_its_file() {
        let directory = tempfile::tempdir().unwrap();
        let icon = directory.path().join("favicon.svg");
        let address = |text: &str| {
            std::fs::write(&icon, text).unwrap();
            let assets = Assets::load(directory.path());
            let address = assets.address("/favicon.svg").to_owned();
            assert!(assets.is_current(&address), "{address}");
            assert!(!assets.is_current("/favicon.svg?v=0"));
            address
        };
        let first = address("<svg/>");
        assert!(first.starts_with("/favicon.svg?v="), "{first}");
        assert_ne!(first, address("<svg></svg>"));
        assert_eq!(first, address("<svg/>"));
    }

    #[test]
    fn a_missing_file_keeps_its_plain_address() {
        let assets = Assets::load(Path::new("nowhere"));
        assert_eq!(assets.address("/favicon.svg"), "/favicon.svg");
        assert!(!assets.is_current("/favicon.svg"));
    }
}
