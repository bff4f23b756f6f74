//! A file or an export at its beginning, with what reads it.

use std::fs;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use super::Load;
use super::input::{self, Input};
use super::manifest::Manifest;
use super::newest::Newest;
use super::recognise::{Form, Seen, recognise};
use super::records::{Layout, Records, Stop};
use super::stream::{Part, Stream};
use crate::files::is_named_gzip;
use crate::format::Parser;
use crate::item::Schema;
use crate::{Error, FileError};

/// What is opened.
pub(super) struct Opened {
    /// As a person calls it.
    pub(super) name: String,
    pub(super) size: Option<u64>,
    pub(super) stream: Stream,
    pub(super) parser: Parser,
    /// What stands before the items.
    pub(super) header: Vec<u8>,
    /// Whether a line is an item, and nothing else is on it.
    pub(super) has_lines: bool,
    /// The newest change of each key, where they are changes.
    pub(super) newest: Option<Newest>,
}

impl Opened {
    /// The file of an export with this number, and those after it.
    pub(super) fn export(manifest: &Manifest, file: usize) -> Result<Self, Error> {
        let parts: Arc<[Part]> = manifest.parts.clone().into();
        let stream = Stream::of_export(parts.clone(), file, manifest.seed.clone());
        let stream = stream.map_err(|err| {
            let name = parts.get(file).map_or("", |part| &part.name);
            FileError::new("read", name.as_ref(), err)
        })?;
        let parent = manifest.path.parent();
        let directory = parent.filter(|parent| *parent != Path::new(""));
        let directory = directory.unwrap_or(Path::new("."));
        Ok(Self {
            name: directory.display().to_string(),
            size: parts.iter().map(|part| part.size).sum(),
            stream,
            parser: Parser::Typed,
            header: Vec::new(),
            has_lines: false,
            newest: manifest.is_incremental.then(Newest::default),
        })
    }

    /// A file, or standard input.
    pub(super) fn file(path: Option<&Path>, load: &Load, schema: &Schema) -> Result<Self, Error> {
        let file = path.unwrap_or(Path::new("standard input"));
        let name = file.display().to_string();
        let failed = |err| Error::from(FileError::new("read", file, err));
        let read = Arc::new(AtomicU64::new(0));
        let mut input = input::open(path, &read).map_err(failed)?;
        let size = path.map(fs::metadata).transpose().map_err(failed)?;
        let size = size.map(|metadata| metadata.len());
        if size == Some(0) && is_named_gzip(file) {
            return Err(failed(io::Error::other("it is empty, and gzip never is")));
        }
        let form = match recognise(&mut input, load.format()?, &schema.key).map_err(failed)? {
            Seen::Form(form) => form,
            Seen::Refused(why) => return Err(Error::Refused(format!("{name} {why}"))),
            Seen::Unknown | Seen::Unclear => return Err(Error::UnknownFormat(name)),
        };
        let layout = match (form.layout, load.delimiter.map(u8::try_from)) {
            (Layout::Csv { .. }, Some(Ok(delimiter))) => Layout::Csv {
                delimiter: Some(delimiter),
            },
            (layout, _) => layout,
        };
        let mut records = Records::new(input, layout, b"");
        let (header, parser) = match read_parser(&mut records, form, load, schema) {
            Ok(read) => read,
            Err(Stop::Failed(err)) => return Err(failed(err)),
            Err(Stop::Broken(_, reason)) => {
                return Err(Error::Header(format!("{name}:1: {reason}")));
            }
        };
        let part = Part {
            name: name.clone(),
            path: path.map(Path::to_owned),
            size,
            items: None,
            md5: None,
        };
        Ok(Self {
            name,
            size,
            stream: Stream::of_file(part, records, read),
            parser,
            header,
            has_lines: !matches!(form.layout, Layout::Values { .. }),
            newest: form.changes.then(Newest::default),
        })
    }
}

/// What reads the records, which the heading says, if there is one.
fn read_parser(
    records: &mut Records<Input>,
    form: Form,
    load: &Load,
    schema: &Schema,
) -> Result<(Vec<u8>, Parser), Stop> {
    let (mut header, mut line) = (Vec::new(), Ok(String::new()));
    if matches!(form.layout, Layout::Csv { .. }) && records.advance()? {
        let record = records.record();
        header = record.raw.to_vec();
        line = record.text.map(str::to_owned);
    }
    let parser = line
        .and_then(|line| Parser::new(form.format, &line, &schema.key, load.delimiter))
        .map_err(|reason| Stop::Broken(records.record().place, reason))?;
    if let Parser::Csv(header) = &parser {
        records.pass_heading(header.delimiter());
    }
    Ok((header, parser))
}
