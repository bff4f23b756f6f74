//! The file that is loaded: its format, and where in it to begin.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor, Read as _};
use std::path::{Path, PathBuf};

use super::records::{Position, Records};
use super::{Load, checkpoint};
use crate::format::{FileFormat, Parser};
use crate::item::Schema;
use crate::{Error, FileError};

const BUFFER: usize = 256 * 1024;
/// So much of the first lines must say what the format is.
const HEAD: u64 = 64 * 1024;

type Input = Box<dyn BufRead + Send>;

/// A file, opened at its beginning or where an earlier load has ended.
pub(super) struct Source {
    /// As a person calls it.
    pub(super) name: String,
    /// `None` where it is a pipe, which has no place for a checkpoint beside it.
    pub(super) path: Option<PathBuf>,
    pub(super) size: Option<u64>,
    pub(super) records: Records<Input>,
    pub(super) parser: Parser,
    /// What stands before the items.
    pub(super) header: Vec<u8>,
    /// Up to where everything is written already.
    pub(super) begin: Position,
    /// Whether that is in the middle, because of a checkpoint.
    pub(super) resumes: bool,
    /// Whether there is a checkpoint that says nothing of what is in the file now.
    pub(super) is_other: bool,
}

impl Source {
    pub(super) fn open(load: &Load, schema: &Schema) -> Result<Self, Error> {
        let path = (load.file != Path::new("-")).then(|| load.file.clone());
        let Some(path) = path else {
            return Self::begin("standard input", None, load.format, schema);
        };
        let name = path.display().to_string();
        let open = || Self::begin(&name, Some(&path), load.format, schema);
        let mut source = open()?;
        let known = checkpoint::read(&path, &schema.arn)
            .map_err(|err| Error::from(FileError::new("read", &checkpoint::path(&path), err)))?;
        let Some(known) = known.filter(|_| !load.from_start) else {
            return Ok(source);
        };
        let found = source.records.resume(&known);
        if found.map_err(|err| FileError::new("read", &path, err))? {
            source.begin = known;
            source.resumes = true;
            return Ok(source);
        }
        Ok(Self {
            is_other: true,
            ..open()?
        })
    }

    fn begin(
        name: &str,
        path: Option<&Path>,
        format: Option<FileFormat>,
        schema: &Schema,
    ) -> Result<Self, Error> {
        let failed =
            |err| Error::from(FileError::new("read", path.unwrap_or(Path::new(name)), err));
        let (mut input, size): (Input, _) = match path {
            None => (
                Box::new(BufReader::with_capacity(BUFFER, io::stdin())),
                None,
            ),
            Some(path) => {
                let file = File::open(path).map_err(failed)?;
                let size = file.metadata().map_err(failed)?.len();
                (Box::new(BufReader::with_capacity(BUFFER, file)), Some(size))
            }
        };
        let named = format.or_else(|| FileFormat::of_name(path?));
        let format = match named {
            // JSON of either kind may be called .jsonl, and only one of the two can be meant.
            Some(FileFormat::JsonLines) if format.is_none() => peek(&mut input).map_err(failed)?,
            Some(format) => Some(format),
            None => peek(&mut input).map_err(failed)?,
        };
        let format = format.ok_or_else(|| Error::UnknownFormat(name.to_owned()))?;
        let mut records = Records::new(input, format == FileFormat::Csv);
        let (mut header, mut line) = (Vec::new(), Ok(String::new()));
        if format == FileFormat::Csv
            && let Some(record) = records.next().map_err(failed)?
        {
            header = record.raw.to_vec();
            line = record.text.map(str::to_owned);
        }
        let parser = line.and_then(|line| Parser::new(format, &line, &schema.key, None));
        let parser = parser.map_err(|reason| Error::Header(format!("{name}:1: {reason}")))?;
        Ok(Self {
            name: name.to_owned(),
            path: path.map(Path::to_owned),
            size,
            begin: records.position(),
            records,
            parser,
            header,
            resumes: false,
            is_other: false,
        })
    }
}

/// The format of JSON by its first line, which is still to be read.
fn peek(input: &mut Input) -> io::Result<Option<FileFormat>> {
    let mut head = Vec::new();
    let mut format = None;
    while format.is_none() && (head.len() as u64) < HEAD {
        let from = head.len();
        let length = input.by_ref().take(HEAD).read_until(b'\n', &mut head)?;
        let line = String::from_utf8_lossy(&head[from..]);
        if length == 0 {
            // Nothing in it is nothing to load, whatever the format.
            format = Some(FileFormat::JsonLines);
        } else if !line.trim().is_empty() {
            format = FileFormat::of_line(&line);
            break;
        }
    }
    let rest = std::mem::replace(input, Box::new(io::empty()));
    *input = Box::new(Cursor::new(head).chain(rest));
    Ok(format)
}
