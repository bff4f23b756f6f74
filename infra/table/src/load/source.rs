//! What is loaded, and where in it to begin.

use std::path::{Path, PathBuf};

use deploy::Output;

use super::manifest::{self, Manifest};
use super::newest::Newest;
use super::opened::Opened;
use super::records::{Position, Stop};
use super::{Load, checkpoint};
use crate::item::{Schema, check};
use crate::{Error, FileError};

/// A file or an export, opened at its beginning or where an earlier load has ended.
pub(super) struct Source {
    pub(super) opened: Opened,
    /// `None` where it is a pipe, which has no place for a checkpoint beside it.
    pub(super) path: Option<PathBuf>,
    /// Up to where everything is written already.
    pub(super) begin: Position,
    /// Whether that is in the middle, because of a checkpoint.
    pub(super) resumes: bool,
    /// Whether there is a checkpoint that says nothing of what is in the file now.
    pub(super) is_other: bool,
}

impl Source {
    pub(super) fn open(load: &Load, schema: &Schema, output: Output) -> Result<Self, Error> {
        if load.file == Path::new("-") {
            return Ok(Self::new(Opened::file(None, load, schema)?, None));
        }
        let Some(path) = manifest::find(&load.file)? else {
            let known = known(&load.file, load, schema)?;
            let open = |_| Opened::file(Some(&load.file), load, schema);
            return Self::resume(&load.file, known, 0, schema, open);
        };
        let manifest = Manifest::read(&path)?;
        let known = known(&path, load, schema)?;
        // Changes are read again from the first file on, to know the newest of each key.
        let from = known.as_ref().filter(|_| !manifest.is_incremental);
        let from = from.map_or(0, |known| known.file);
        let open = |file| {
            manifest.check(file, output)?;
            Opened::export(&manifest, file)
        };
        Self::resume(&path, known, from, schema, open)
    }

    fn new(opened: Opened, path: Option<&Path>) -> Self {
        Self {
            begin: opened.stream.position(),
            opened,
            path: path.map(Path::to_owned),
            resumes: false,
            is_other: false,
        }
    }

    /// Opens it where an earlier load has ended, reading from this file of it on.
    fn resume(
        path: &Path,
        known: Option<Position>,
        from: usize,
        schema: &Schema,
        open: impl Fn(usize) -> Result<Opened, Error>,
    ) -> Result<Self, Error> {
        let mut opened = open(from)?;
        let Some(known) = known else {
            return Ok(Self::new(opened, Some(path)));
        };
        let found = if opened.newest.is_some() {
            opened.replay(&known, schema)
        } else {
            opened.stream.resume(&known).map_err(Stop::Failed)
        };
        match found {
            Ok(true) => Ok(Self {
                begin: known,
                resumes: true,
                ..Self::new(opened, Some(path))
            }),
            Err(Stop::Failed(err)) => {
                Err(FileError::new("read", opened.stream.name().as_ref(), err).into())
            }
            Ok(false) | Err(Stop::Broken(..)) => Ok(Self {
                is_other: true,
                ..Self::new(open(0)?, Some(path))
            }),
        }
    }
}

/// What an earlier load has come to, unless this one is to begin anew.
fn known(path: &Path, load: &Load, schema: &Schema) -> Result<Option<Position>, Error> {
    let known = checkpoint::read(path, &schema.arn)
        .map_err(|err| FileError::new("read", &checkpoint::path(path), err))?;
    Ok(known.filter(|_| !load.from_start))
}

impl Opened {
    /// Goes to a position as the load before did, to know the newest change of each key.
    fn replay(&mut self, known: &Position, schema: &Schema) -> Result<bool, Stop> {
        let mut newest = Newest::default();
        while !self.stream.has_reached(known) && self.stream.advance()? {
            let text = self.stream.record().text;
            let entry = text.and_then(|text| self.parser.parse(text));
            if let Ok(entry) = entry
                && let Ok(key) = check(&entry.item, schema)
            {
                newest.admits(&key, entry.micros);
            }
        }
        self.newest = Some(newest);
        Ok(self.stream.position() == *known)
    }
}
