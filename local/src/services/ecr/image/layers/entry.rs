//! An entry of a layer.

use std::ffi::OsString;
use std::io::{self, Read};
use std::path::PathBuf;

use tar::{Entry, EntryType};

/// What an entry makes.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Directory,
    File,
    Symlink(OsString),
    Link(PathBuf),
}

/// What an entry makes; `None` for one that makes nothing here.
///
/// # Errors
/// The kind is not one of an image.
pub(super) fn kind<R: Read>(entry: &Entry<'_, R>) -> io::Result<Option<Kind>> {
    let target = || {
        let target = entry.link_name()?;
        let target = target.filter(|target| !target.as_os_str().is_empty());
        target.map_or_else(
            || Err(io::Error::other("a link leads nowhere")),
            |target| Ok(target.into_owned()),
        )
    };
    // Old archives have a type for files only.
    let is_directory = entry.path_bytes().ends_with(b"/");
    Ok(Some(match entry.header().entry_type() {
        EntryType::Regular if is_directory => Kind::Directory,
        EntryType::Directory => Kind::Directory,
        EntryType::Regular | EntryType::Continuous | EntryType::GNUSparse => Kind::File,
        EntryType::Symlink => Kind::Symlink(target()?.into_os_string()),
        EntryType::Link => Kind::Link(target()?),
        // Only the kernel of this machine could use a device, and no container may. A global header has words for the
        // whole archive.
        EntryType::Block | EntryType::Char | EntryType::Fifo | EntryType::XGlobalHeader => {
            return Ok(None);
        }
        other => {
            return Err(io::Error::other(format!(
                "unhandled tar header type {}",
                other.as_byte()
            )));
        }
    }))
}

/// The number of a user or group.
///
/// # Errors
/// Linux has no such number.
pub(super) fn id(number: u64) -> io::Result<u32> {
    u32::try_from(number).map_err(|_| io::Error::other(format!("{number} is no user or group")))
}

/// A time that Linux can keep.
pub(super) fn seconds(time: u64) -> i64 {
    i64::try_from(time).unwrap_or(0)
}
