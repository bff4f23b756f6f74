//! Files and directories that only the user of the local AWS may read, and the room that is left for them.

use std::fs::{DirBuilder, File, OpenOptions, Permissions};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::Path;

use rustix::fs::OFlags;

/// What the local AWS leaves to everything else on the disk.
const KEPT: u64 = 1 << 30;

/// Makes a directory, with those that it is in. One that is there is closed for others.
///
/// # Errors
/// It cannot be made.
pub(crate) fn private_directory(path: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(path)?;
    std::fs::set_permissions(path, Permissions::from_mode(0o700))
}

/// Opens a file to write it, and makes it if it is missing. It is closed for others, and no link is followed.
///
/// # Errors
/// It cannot be opened, or is a link.
pub(crate) fn private_file(path: &Path) -> io::Result<File> {
    let flags = i32::try_from(OFlags::NOFOLLOW.bits()).map_err(io::Error::other)?;
    let file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .custom_flags(flags)
        .open(path)?;
    file.set_permissions(Permissions::from_mode(0o600))?;
    Ok(file)
}

/// Checks that the disk of a directory is not nearly full.
///
/// # Errors
/// It is.
pub(crate) fn check_room(directory: &Path) -> io::Result<()> {
    let disk = rustix::fs::statvfs(directory)?;
    if disk.f_bavail.saturating_mul(disk.f_frsize) >= KEPT {
        return Ok(());
    }
    let directory = directory.display();
    let sentence = format!(
        "no space left on device: the local AWS leaves 1 GiB free on the disk of {directory}; choose another with --data or TMPDIR"
    );
    Err(io::Error::new(io::ErrorKind::StorageFull, sentence))
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    #[test]
    fn only_the_user_may_read_and_no_link_is_followed() {
        let outer = tempfile::tempdir().unwrap();
        let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
        let directory = outer.path().join("a/b");
        private_directory(&directory).unwrap();
        assert_eq!(mode(&directory), 0o700);
        let file = directory.join("file");
        std::fs::write(&file, "old").unwrap();
        std::fs::set_permissions(&file, Permissions::from_mode(0o666)).unwrap();
        private_file(&file).unwrap().write_all(b"new").unwrap();
        assert_eq!(mode(&file), 0o600);
        assert_eq!(std::fs::read_to_string(&file).unwrap(), "new");
        let link = directory.join("link");
        std::os::unix::fs::symlink(&file, &link).unwrap();
        assert!(private_file(&link).is_err());
        check_room(&directory).unwrap();
    }
}
