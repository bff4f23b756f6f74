//! The addresses of the static files, with a hash of what is in them: so a browser keeps a file for
//! ever, and sees a new one at once.

use std::{collections::HashMap, path::Path, sync::OnceLock};

/// The directory does not change while the process lives.
static ADDRESSES: OnceLock<HashMap<&'static str, String>> = OnceLock::new();

const FILES: [&str; 3] = ["/css/showtable.css", "/js/showtable.js", "/favicon.svg"];

/// Reads the files of the directory. A file that is not there keeps its plain address.
pub(crate) fn load(directory: &Path) {
    let addresses = FILES.into_iter().filter_map(|file| {
        let bytes = std::fs::read(directory.join(&file[1..])).ok()?;
        Some((file, format!("{file}?v={:016x}", hash(&bytes))))
    });
    ADDRESSES.get_or_init(|| addresses.collect());
}

/// The address of a file in a page.
pub(crate) fn address(file: &'static str) -> &'static str {
    ADDRESSES
        .get()
        .and_then(|addresses| addresses.get(file))
        .map_or(file, String::as_str)
}

/// Whether this address names a file with the hash that it has now.
pub(crate) fn is_current(path_and_query: &str) -> bool {
    ADDRESSES
        .get()
        .is_some_and(|addresses| addresses.values().any(|address| address == path_and_query))
}

/// FNV-1a: it only has to differ where the files do.
fn hash(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, &byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}
