//! Opens a file or an export where an earlier load ended.

use std::path::{Path, PathBuf};

use deploy::Output;

use super::find::find;
use super::manifest::Manifest;
use super::newest::Newest;
use super::opened::Opened;
use crate::item::{Schema, check};
use crate::load::input::{Position, Stop};
use crate::load::{Load, checkpoint};
use crate::{Error, FileError};

/// A file or an export, opened at its beginning or where an earlier load ended.
pub(crate) struct Source {
    pub(crate) opened: Opened,
    /// The path with a checkpoint next to it; `None` is standard input, which has none.
    pub(crate) path: Option<PathBuf>,
    /// Everything before this is written already.
    pub(crate) begin: Position,
    /// Whether a checkpoint was used.
    pub(crate) resumes: bool,
    /// Whether there is a checkpoint, but the file has changed since.
    pub(crate) has_changed: bool,
}

impl Source {
    pub(crate) fn open(load: &Load, schema: &Schema, output: Output) -> Result<Self, Error> {
        if load.file == Path::new("-") {
            return Ok(Self::new(Opened::file(None, load, schema)?, None));
        }
        let Some(path) = find(&load.file)? else {
            let known = known(&load.file, load, schema)?;
            let open = |_| Opened::file(Some(&load.file), load, schema);
            return Self::resume(&load.file, known, 0, schema, open);
        };
        let manifest = Manifest::read(&path)?;
        let known = known(&path, load, schema)?;
        // Changes are read from the first file on, to know the newest change of each key.
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
            has_changed: false,
        }
    }

    /// Opens the source where an earlier load ended, reading the file with the number `from` first.
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
            replay(&mut opened, &known, schema)
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
                has_changed: true,
                ..Self::new(open(0)?, Some(path))
            }),
        }
    }
}

/// The position of the checkpoint, unless the load is to start at the first record.
fn known(path: &Path, load: &Load, schema: &Schema) -> Result<Option<Position>, Error> {
    let known = checkpoint::read(path, &schema.arn)
        .map_err(|err| FileError::new("read", &checkpoint::path(path), err))?;
    Ok(known.filter(|_| !load.from_start))
}

/// Reads the changes up to a position again, to know the newest one of each key.
fn replay(opened: &mut Opened, known: &Position, schema: &Schema) -> Result<bool, Stop> {
    let mut newest = Newest::default();
    while !opened.stream.has_reached(known) && opened.stream.advance()? {
        let text = opened.stream.record().text;
        let entry = text.and_then(|text| opened.parser.parse(text));
        if let Ok(entry) = entry
            && let Ok(key) = check(&entry.item, schema)
        {
            newest.admits(&key, entry.micros);
        }
    }
    opened.newest = Some(newest);
    Ok(opened.stream.position() == *known)
}
