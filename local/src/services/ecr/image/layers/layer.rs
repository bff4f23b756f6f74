//! One layer, unpacked over those below it.
//!
//! What an entry means is what containerd makes of it:
//! <https://github.com/containerd/containerd/blob/main/pkg/archive/tar.go>.

use std::collections::HashSet;
use std::ffi::OsStr;
use std::io::{self, Read};
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;

use rustix::fs::FileType;
use tar::{Archive, Entry};

use super::budget::Budget;
use super::entry::{self, Kind};
use super::meter::{Allowance, Meter};
use crate::containers::{Identity, Place, Tree};

/// The prefix that marks a file of a lower layer as deleted.
const WHITEOUT: &[u8] = b".wh.";

/// The name that marks all files of the lower layers in its directory as deleted.
const OPAQUE: &[u8] = b".wh..wh..opq";

/// The longest header of an entry, with its names and attributes. The longest path of Linux has 4096 bytes.
const LONGEST_HEADER: u64 = 1 << 20;

/// Unpacks a layer. Returns the digest of its content.
///
/// # Errors
/// The layer cannot be read, or is too large.
pub(super) fn add(root: &Path, content: impl Read, budget: &mut Budget) -> io::Result<String> {
    let (meter, allowance) = Meter::new(content);
    let mut archive = Archive::new(meter);
    let mut layer = Layer {
        tree: Tree::open(root)?,
        own: HashSet::new(),
        is_root: rustix::process::geteuid().is_root(),
        allowance: allowance.clone(),
        budget,
    };
    allowance.set(LONGEST_HEADER);
    for entry in archive.entries()? {
        layer.add(&mut entry?)?;
        allowance.set(LONGEST_HEADER);
    }
    let mut rest = archive.into_inner();
    layer.read_all(&mut rest, u64::MAX)?;
    Ok(rest.digest())
}

struct Layer<'a> {
    tree: Tree,
    /// What this layer has, which its own marks do not delete.
    own: HashSet<Identity>,
    is_root: bool,
    allowance: Allowance,
    budget: &'a mut Budget,
}

impl Layer<'_> {
    fn add<R: Read>(&mut self, entry: &mut Entry<'_, R>) -> io::Result<()> {
        self.budget.take_entry()?;
        let path = entry.path()?.into_owned();
        let name = path.file_name().unwrap_or_default().as_bytes();
        if name == OPAQUE {
            let directory = path.parent().unwrap_or(Path::new(""));
            self.tree.clear(directory, &self.own)?;
        } else if let Some(deleted) = name.strip_prefix(WHITEOUT) {
            self.delete(&path, OsStr::from_bytes(deleted))?;
        } else {
            self.place(entry, &path)?;
        }
        // What was not read, such as the content of a link.
        self.read_all(entry, entry.size())
    }

    fn delete(&self, path: &Path, deleted: &OsStr) -> io::Result<()> {
        if !is_name(deleted) {
            let name = path.file_name().unwrap_or_default().display();
            return Err(io::Error::other(format!(
                "invalid whiteout name: {name}: invalid archive"
            )));
        }
        match self.tree.find(&path.with_file_name(deleted))? {
            Some(place) => place.clear(),
            None => Ok(()),
        }
    }

    fn place<R: Read>(&mut self, entry: &mut Entry<'_, R>, path: &Path) -> io::Result<()> {
        let Some(kind) = entry::kind(entry)? else {
            return Ok(());
        };
        let Some(place) = self.tree.make_room(path)? else {
            return Ok(());
        };
        let found = place.kind()?;
        let is_there = found == Some(FileType::Directory) && kind == Kind::Directory;
        // A link to itself would be removed before it is linked.
        if !is_there && !self.is_link_to_itself(&kind, &place)? {
            place.clear()?;
            self.make(entry, &kind, &place)?;
        }
        self.describe(entry, &kind, &place)?;
        self.own.extend(place.identity()?);
        Ok(())
    }

    fn is_link_to_itself(&self, kind: &Kind, place: &Place) -> io::Result<bool> {
        let Kind::Link(target) = kind else {
            return Ok(false);
        };
        let target = self.tree.find(target)?;
        let target = target
            .map(|target| target.identity())
            .transpose()?
            .flatten();
        Ok(target.is_some() && target == place.identity()?)
    }

    fn make<R: Read>(
        &mut self,
        entry: &mut Entry<'_, R>,
        kind: &Kind,
        place: &Place,
    ) -> io::Result<()> {
        match kind {
            Kind::Directory => place.make_directory(),
            Kind::File => {
                let mut file = place.make_file()?;
                self.copy(entry, entry.size(), &mut file)
            }
            Kind::Symlink(target) => place.make_symlink(target),
            Kind::Link(target) => {
                let found = self.tree.find(target)?;
                let found = found.ok_or(io::ErrorKind::NotFound)?;
                place.make_link(&found)
            }
        }
    }

    /// Sets owner, permissions and time.
    fn describe<R: Read>(
        &self,
        entry: &Entry<'_, R>,
        kind: &Kind,
        place: &Place,
    ) -> io::Result<()> {
        let header = entry.header();
        if matches!(kind, Kind::Link(_)) {
            return Ok(());
        }
        if self.is_root {
            place.give_to(entry::id(header.uid()?)?, entry::id(header.gid()?)?)?;
        }
        match kind {
            Kind::Directory => {
                // More of its files follow, and the user of the local AWS writes them.
                let needed = if self.is_root { 0 } else { 0o700 };
                place.permit(header.mode()? & 0o7777 | needed)
            }
            Kind::File => {
                // A new owner has taken the rights to run as that owner away.
                place.permit(header.mode()? & 0o7777)?;
                place.date(entry::seconds(header.mtime()?))
            }
            _ => Ok(()),
        }
    }

    /// Reads the rest of some content.
    fn read_all(&mut self, content: &mut impl Read, size: u64) -> io::Result<()> {
        self.copy(content, size, &mut io::sink())
    }

    fn copy(
        &mut self,
        content: &mut impl Read,
        size: u64,
        target: &mut impl io::Write,
    ) -> io::Result<()> {
        let mut piece = vec![0; 1 << 16];
        self.allowance.set(size.saturating_add(LONGEST_HEADER));
        loop {
            let read = content.read(&mut piece)?;
            if read == 0 {
                return Ok(());
            }
            self.budget
                .take_bytes(u64::try_from(read).unwrap_or(u64::MAX))?;
            target.write_all(&piece[..read])?;
        }
    }
}

/// Whether this is the name of a file in a directory, and not that of the directory or the one above.
fn is_name(name: &OsStr) -> bool {
    !matches!(name.as_bytes(), b"" | b"." | b"..")
}
