//! A directory that no path leaves.
//!
//! The kernel resolves each path as if the directory were `/` (`RESOLVE_IN_ROOT` of openat2(2)). Links of an
//! image lead to where they lead in a container, and nothing happens between a check and a use. What is
//! changed is always a name in an open directory, and never what a link of this name leads to.

mod place;

use std::collections::HashSet;
use std::ffi::{OsStr, OsString};
use std::io;
use std::os::fd::{AsRawFd as _, OwnedFd};
use std::path::{Component, Path, PathBuf};

use rustix::fs::{CWD, Mode, OFlags, ResolveFlags, mkdirat, openat, openat2, readlinkat};
use rustix::io::Errno;

pub(crate) use self::place::{Identity, Place};

/// As many links as the kernel follows.
const MOST_LINKS: usize = 40;

/// Removing a tree needs an open directory for each level.
const DEEPEST: usize = 256;

const DIRECTORY: OFlags = OFlags::PATH.union(OFlags::DIRECTORY).union(OFlags::CLOEXEC);

/// The directory.
pub(crate) struct Tree {
    root: OwnedFd,
    /// How many directories it is in.
    depth: usize,
}

impl Tree {
    /// # Errors
    /// There is no such directory.
    pub(crate) fn open(root: &Path) -> io::Result<Self> {
        let root = openat(CWD, root, DIRECTORY, Mode::empty())?;
        let depth = depth(&root)?;
        Ok(Self { root, depth })
    }

    /// The place that a path names, if its directory exists.
    ///
    /// # Errors
    /// The directory cannot be opened.
    pub(crate) fn find(&self, path: &Path) -> io::Result<Option<Place>> {
        let Some((above, name)) = split(path) else {
            return Ok(None);
        };
        match self.open_directory(&above) {
            Ok(directory) => Ok(Some(Place::new(directory, name))),
            Err(Errno::NOENT | Errno::NOTDIR) => Ok(None),
            Err(err) => Err(err.into()),
        }
    }

    /// The place that a path names, whose directory is made if it is missing. `None` for the tree itself.
    ///
    /// # Errors
    /// The directory cannot be made.
    pub(crate) fn make_room(&self, path: &Path) -> io::Result<Option<Place>> {
        let Some((above, name)) = split(path) else {
            return Ok(None);
        };
        let directory = self.make_directory(&above, MOST_LINKS)?;
        Ok(Some(Place::new(directory, name)))
    }

    /// Removes all that is in a directory, but for what is to be kept. A directory that is missing is empty.
    ///
    /// # Errors
    /// Something cannot be removed.
    pub(crate) fn clear(&self, path: &Path, kept: &HashSet<Identity>) -> io::Result<()> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        match self.resolve(&clean(path), flags) {
            Ok(directory) => place::clear(directory, kept),
            Err(Errno::NOENT | Errno::NOTDIR) => Ok(()),
            Err(err) => Err(err.into()),
        }
    }

    fn make_directory(&self, path: &Path, links: usize) -> io::Result<OwnedFd> {
        if path.components().count() > DEEPEST {
            return Err(too_deep());
        }
        match self.open_directory(path) {
            Err(Errno::NOENT) => {}
            opened => return Ok(opened?),
        }
        let (Some(above), Some(part)) = (path.parent(), path.components().next_back()) else {
            return Err(Errno::NOENT.into());
        };
        let parent = self.make_directory(above, links)?;
        let Component::Normal(name) = part else {
            return Ok(self.open_directory(path)?);
        };
        if depth(&parent)?.saturating_sub(self.depth) >= DEEPEST {
            return Err(too_deep());
        }
        match mkdirat(&parent, name, Mode::from_raw_mode(0o755)) {
            Ok(()) => Ok(openat(
                &parent,
                name,
                DIRECTORY | OFlags::NOFOLLOW,
                Mode::empty(),
            )?),
            // A link to a directory that is missing.
            Err(Errno::EXIST) if links > 0 => {
                self.make_directory(&above.join(link(&parent, name)?), links - 1)
            }
            Err(Errno::EXIST) => Err(Errno::LOOP.into()),
            Err(err) => Err(err.into()),
        }
    }

    fn open_directory(&self, path: &Path) -> rustix::io::Result<OwnedFd> {
        self.resolve(path, DIRECTORY)
    }

    fn resolve(&self, path: &Path, flags: OFlags) -> rustix::io::Result<OwnedFd> {
        let path = if path.as_os_str().is_empty() {
            Path::new(".")
        } else {
            path
        };
        let inside = ResolveFlags::IN_ROOT | ResolveFlags::NO_MAGICLINKS;
        // A rename at the same time makes the kernel ask for another try.
        let mut tries = 0..MOST_LINKS;
        loop {
            match openat2(&self.root, path, flags, Mode::empty(), inside) {
                Err(Errno::AGAIN) if tries.next().is_some() => {}
                outcome => return outcome,
            }
        }
    }
}

fn too_deep() -> io::Error {
    io::Error::other(format!(
        "the local AWS makes no directories in more than {DEEPEST} others"
    ))
}

/// Where a link leads to, from the directory that it is in.
fn link(directory: &OwnedFd, name: &OsStr) -> io::Result<PathBuf> {
    use std::os::unix::ffi::OsStringExt as _;
    let target = readlinkat(directory, name, Vec::new())?;
    Ok(PathBuf::from(OsString::from_vec(target.into_bytes())))
}

/// How many directories an open directory is in, on this machine.
fn depth(directory: &OwnedFd) -> io::Result<usize> {
    let path = std::fs::read_link(format!("/proc/self/fd/{}", directory.as_raw_fd()))?;
    Ok(path.components().count())
}

/// The directory and the last name of a path, without `.` and `..`. `None` if there is no name.
fn split(path: &Path) -> Option<(PathBuf, OsString)> {
    let path = clean(path);
    let name = path.file_name()?.to_owned();
    Some((path.parent()?.to_owned(), name))
}

/// The path without `.` and `..`. As in a container, `..` does not lead out.
fn clean(path: &Path) -> PathBuf {
    let mut cleaned = PathBuf::new();
    for part in path.components() {
        match part {
            Component::Normal(name) => cleaned.push(name),
            Component::ParentDir => {
                cleaned.pop();
            }
            _ => {}
        }
    }
    cleaned
}
