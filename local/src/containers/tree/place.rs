//! A name in an open directory.

use std::collections::HashSet;
use std::ffi::{CStr, OsStr, OsString};
use std::fs::File;
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::ffi::OsStrExt as _;

use rustix::fs::{
    AtFlags, Dir, FileType, Gid, Mode, OFlags, Stat, Timespec, Timestamps, Uid, chownat, fchmod,
    linkat, mkdirat, openat, statat, symlinkat, unlinkat, utimensat,
};
use rustix::io::Errno;

/// What tells a file from all others.
pub(crate) type Identity = (u64, u64);

/// A place for a file or directory, which may be empty.
pub(crate) struct Place {
    directory: OwnedFd,
    name: OsString,
}

impl Place {
    pub(super) fn new(directory: OwnedFd, name: OsString) -> Self {
        Self { directory, name }
    }

    /// What is there, which may be a link.
    pub(crate) fn kind(&self) -> io::Result<Option<FileType>> {
        Ok(stat(&self.directory, &self.name)?.map(|found| FileType::from_raw_mode(found.st_mode)))
    }

    pub(crate) fn identity(&self) -> io::Result<Option<Identity>> {
        Ok(stat(&self.directory, &self.name)?.map(|found| identity(&found)))
    }

    /// Removes what is there, with all that is in it.
    pub(crate) fn clear(&self) -> io::Result<()> {
        remove(self.directory.as_fd(), &self.name)
    }

    pub(crate) fn make_directory(&self) -> io::Result<()> {
        Ok(mkdirat(
            &self.directory,
            &self.name,
            Mode::from_raw_mode(0o700),
        )?)
    }

    /// A new file, only for the user of the local AWS.
    pub(crate) fn make_file(&self) -> io::Result<File> {
        let flags =
            OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let file = openat(
            &self.directory,
            &self.name,
            flags,
            Mode::from_raw_mode(0o600),
        )?;
        Ok(File::from(file))
    }

    pub(crate) fn make_symlink(&self, target: &OsStr) -> io::Result<()> {
        Ok(symlinkat(target, &self.directory, &self.name)?)
    }

    /// Another name for the file at `other`.
    pub(crate) fn make_link(&self, other: &Self) -> io::Result<()> {
        Ok(linkat(
            &other.directory,
            &other.name,
            &self.directory,
            &self.name,
            AtFlags::empty(),
        )?)
    }

    /// Sets the owner of what is there, also of a link.
    pub(crate) fn give_to(&self, user: u32, group: u32) -> io::Result<()> {
        if user == u32::MAX || group == u32::MAX {
            return Err(Errno::INVAL.into());
        }
        Ok(chownat(
            &self.directory,
            &self.name,
            Some(Uid::from_raw(user)),
            Some(Gid::from_raw(group)),
            AtFlags::SYMLINK_NOFOLLOW,
        )?)
    }

    /// Sets the permissions of a file or directory. It must not be a link.
    pub(crate) fn permit(&self, mode: u32) -> io::Result<()> {
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let opened = openat(&self.directory, &self.name, flags, Mode::empty())?;
        Ok(fchmod(opened, Mode::from_raw_mode(mode))?)
    }

    /// Sets the time of the last change, in seconds.
    pub(crate) fn date(&self, seconds: i64) -> io::Result<()> {
        let time = Timespec {
            tv_sec: seconds,
            tv_nsec: 0,
        };
        let times = Timestamps {
            last_access: time,
            last_modification: time,
        };
        Ok(utimensat(
            &self.directory,
            &self.name,
            &times,
            AtFlags::SYMLINK_NOFOLLOW,
        )?)
    }
}

/// Removes all that is in an open directory, but for what is to be kept.
pub(super) fn clear(directory: impl AsFd, kept: &HashSet<Identity>) -> io::Result<()> {
    for name in names(&directory)? {
        let name = OsStr::from_bytes(name.to_bytes());
        let Some(found) = stat(&directory, name)? else {
            continue;
        };
        if !kept.contains(&identity(&found)) {
            remove(directory.as_fd(), name)?;
        } else if FileType::from_raw_mode(found.st_mode) == FileType::Directory {
            clear(open(&directory, name)?, kept)?;
        }
    }
    Ok(())
}

fn remove(directory: std::os::fd::BorrowedFd<'_>, name: &OsStr) -> io::Result<()> {
    match unlinkat(directory, name, AtFlags::empty()) {
        Ok(()) | Err(Errno::NOENT | Errno::NOTDIR) => return Ok(()),
        Err(Errno::ISDIR | Errno::PERM) => {}
        Err(err) => return Err(err.into()),
    }
    let inner = open(directory, name)?;
    for name in names(&inner)? {
        remove(inner.as_fd(), OsStr::from_bytes(name.to_bytes()))?;
    }
    Ok(unlinkat(directory, name, AtFlags::REMOVEDIR)?)
}

/// Opens a directory to read it.
fn open(directory: impl AsFd, name: &OsStr) -> io::Result<OwnedFd> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    Ok(openat(directory, name, flags, Mode::empty())?)
}

/// The names in an open directory.
fn names(directory: impl AsFd) -> io::Result<Vec<std::ffi::CString>> {
    let is_own = |name: &CStr| matches!(name.to_bytes(), b"." | b"..");
    let mut names = Vec::new();
    for entry in Dir::read_from(directory)? {
        let entry = entry?;
        if !is_own(entry.file_name()) {
            names.push(entry.file_name().to_owned());
        }
    }
    Ok(names)
}

fn stat(directory: impl AsFd, name: &OsStr) -> io::Result<Option<Stat>> {
    match statat(directory, name, AtFlags::SYMLINK_NOFOLLOW) {
        Ok(found) => Ok(Some(found)),
        Err(Errno::NOENT) => Ok(None),
        Err(err) => Err(err.into()),
    }
}

fn identity(found: &Stat) -> Identity {
    (found.st_dev, found.st_ino)
}
