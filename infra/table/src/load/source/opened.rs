//! Opens a file or an export at its beginning.

use std::fs;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use super::manifest::Manifest;
use super::newest::Newest;
use crate::files::is_named_gzip;
use crate::format::Parser;
use crate::item::Schema;
use crate::load::Load;
use crate::load::detect::{Detected, DetectedFormat, detect};
use crate::load::input::{Input, InputFile, Layout, Records, Stop, Stream, open};
use crate::{Error, FileError};

/// A file or an export at its beginning, and how to parse it.
pub(crate) struct Opened {
    /// The name as messages show it.
    pub(crate) name: String,
    pub(crate) size: Option<u64>,
    pub(crate) stream: Stream,
    pub(crate) parser: Parser,
    /// The header of CSV; empty in other formats.
    pub(crate) header: Vec<u8>,
    /// Whether every record is a line.
    pub(crate) has_lines: bool,
    /// The newest change of each key, if the records are changes.
    pub(crate) newest: Option<Newest>,
}

impl Opened {
    /// Opens an export at the file with this number.
    pub(super) fn export(manifest: &Manifest, from: usize) -> Result<Self, Error> {
        let files: Arc<[InputFile]> = manifest.files.clone().into();
        let stream = Stream::of_export(files.clone(), from, manifest.seed.clone());
        let stream = stream.map_err(|err| {
            let name = files.get(from).map_or("", |file| &file.name);
            FileError::new("read", name.as_ref(), err)
        })?;
        let parent = manifest.path.parent();
        let directory = parent.filter(|parent| *parent != Path::new(""));
        let directory = directory.unwrap_or(Path::new("."));
        Ok(Self {
            name: directory.display().to_string(),
            size: files.iter().map(|file| file.size).sum(),
            stream,
            parser: Parser::Typed,
            header: Vec::new(),
            has_lines: false,
            newest: manifest.is_incremental.then(Newest::default),
        })
    }

    /// Opens a file, or standard input if there is no path.
    pub(super) fn file(path: Option<&Path>, load: &Load, schema: &Schema) -> Result<Self, Error> {
        let file = path.unwrap_or(Path::new("standard input"));
        let name = file.display().to_string();
        let failed = |err| Error::from(FileError::new("read", file, err));
        let read = Arc::new(AtomicU64::new(0));
        let mut input = open(path, &read).map_err(failed)?;
        let size = path.map(fs::metadata).transpose().map_err(failed)?;
        let size = size.map(|metadata| metadata.len());
        if size == Some(0) && is_named_gzip(file) {
            return Err(failed(io::Error::other("it is empty, so it is not gzip")));
        }
        let form = match detect(&mut input, load.format()?, &schema.key).map_err(failed)? {
            Detected::Format(form) => form,
            Detected::Unsupported(why) => return Err(Error::Refused(format!("{name} {why}"))),
            Detected::Unknown | Detected::Unclear => return Err(Error::UnknownFormat(name)),
        };
        let mut records = Records::new(input, layout(form.layout, load), b"");
        let (header, parser) = match read_parser(&mut records, form, load, schema) {
            Ok(read) => read,
            Err(Stop::Failed(err)) => return Err(failed(err)),
            Err(Stop::Broken(_, reason)) => {
                return Err(Error::Header(format!("{name}:1: {reason}")));
            }
        };
        let file = InputFile {
            name: name.clone(),
            path: path.map(Path::to_owned),
            size,
            items: None,
            md5: None,
        };
        Ok(Self {
            name,
            size,
            stream: Stream::of_file(file, records, read),
            parser,
            header,
            has_lines: !matches!(form.layout, Layout::Values { .. }),
            newest: form.changes.then(Newest::default),
        })
    }
}

/// The detected layout with the delimiter from the options.
fn layout(detected: Layout, load: &Load) -> Layout {
    match (detected, load.delimiter.map(u8::try_from)) {
        (Layout::Csv { .. }, Some(Ok(delimiter))) => Layout::Csv {
            delimiter: Some(delimiter),
        },
        _ => detected,
    }
}

/// Reads the header, if there is one, and returns it with the parser for the records after it.
fn read_parser(
    records: &mut Records<Input>,
    form: DetectedFormat,
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
        .map_err(|reason| Stop::Broken(records.record().location, reason))?;
    if let Parser::Csv(header) = &parser {
        records.pass_header(header.delimiter());
    }
    Ok((header, parser))
}
