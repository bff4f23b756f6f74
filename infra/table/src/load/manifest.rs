//! An export to S3, as AWS lays it out: what its manifests say, and whether all of it is there.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Component, Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use deploy::Output;
use md5::{Digest as _, Md5};
use serde::Deserialize;

use super::stream::Part;
use crate::progress::Progress;
use crate::{Error, FileError};

const SUMMARY: &str = "manifest-summary.json";
const FILES: &str = "manifest-files.json";
/// Exports below a directory that are named when it is not clear which one is meant.
const SHOWN: usize = 5;
const BUFFER: usize = 256 * 1024;

/// What an export consists of.
pub(super) struct Manifest {
    /// The summary, beside which the progress is kept.
    pub(super) path: PathBuf,
    pub(super) parts: Vec<Part>,
    pub(super) is_incremental: bool,
    /// The manifests, which stand for this export and no other.
    pub(super) seed: Vec<u8>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Summary {
    item_count: u64,
    output_format: String,
    #[serde(default)]
    export_type: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Listed {
    item_count: u64,
    #[serde(default)]
    md5_checksum: Option<String>,
    data_file_s3_key: String,
}

/// The manifest that a path means: that of an export, or of a directory with one in it.
pub(super) fn find(path: &Path) -> Result<Option<PathBuf>, Error> {
    if !path.is_dir() {
        let name = path.file_name().unwrap_or_default();
        let is_manifest = name == SUMMARY || name == FILES;
        return Ok(is_manifest.then(|| path.with_file_name(SUMMARY)));
    }
    let mut found = Vec::new();
    search(path, &mut found).map_err(|err| FileError::new("read", path, err))?;
    found.sort();
    let shown = path.display();
    match found.as_slice() {
        [one] => Ok(Some(one.clone())),
        [] => Err(Error::Export(format!(
            "{shown} has no {SUMMARY}: copy a whole export with `aws s3 cp --recursive s3://BUCKET/AWSDynamoDB {shown}`, or name a single file"
        ))),
        several => {
            let some = several.iter().take(SHOWN);
            let names: Vec<_> = some.map(|path| path.display().to_string()).collect();
            Err(Error::Export(format!(
                "{shown} has {} exports: name one of them, as {}",
                several.len(),
                names.join(" or ")
            )))
        }
    }
}

/// Links are not followed: they may lead in a circle.
fn search(directory: &Path, found: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            search(&entry.path(), found)?;
        } else if entry.file_name() == SUMMARY {
            found.push(entry.path());
        }
    }
    Ok(())
}

impl Manifest {
    /// Reads the manifests of an export; every file that they name is there.
    pub(super) fn read(path: &Path) -> Result<Self, Error> {
        let damaged = |path: &Path, why: &str| {
            Error::Export(format!("{} {why}: copy it again", path.display()))
        };
        let summary_text = read_checked(path)?;
        let summary: Summary = serde_json::from_slice(&summary_text)
            .map_err(|err| damaged(path, &format!("is no summary of an export ({err})")))?;
        if summary.output_format != "DYNAMODB_JSON" {
            return Err(Error::Export(format!(
                "{} is an export in {}, which is not read: export the table again with `--export-format DYNAMODB_JSON`",
                path.display(),
                summary.output_format
            )));
        }
        let files = path.with_file_name(FILES);
        let files_text = read_checked(&files)?;
        let listed: Vec<Listed> = serde_json::Deserializer::from_slice(&files_text)
            .into_iter()
            .collect::<Result<_, _>>()
            .map_err(|err| damaged(&files, &format!("is no list of files ({err})")))?;
        let items: u64 = listed.iter().map(|file| file.item_count).sum();
        if items != summary.item_count {
            let why = format!(
                "lists {items} items, where {SUMMARY} says {}",
                summary.item_count
            );
            return Err(damaged(&files, &why));
        }
        let parts = listed.into_iter().map(|listed| part(path, listed));
        Ok(Self {
            path: path.to_owned(),
            parts: parts.collect::<Result<_, _>>()?,
            is_incremental: summary.export_type.as_deref() == Some("INCREMENTAL_EXPORT"),
            seed: [summary_text, files_text].concat(),
        })
    }

    /// Checks the files from this one on, before anything of them is written.
    pub(super) fn check(&self, from: usize, output: Output) -> Result<(), Error> {
        let parts = self.parts.get(from..).unwrap_or_default();
        let total = parts.iter().filter_map(|part| part.size).sum();
        let mut progress = Progress::new(Some(total), output);
        let mut done = 0;
        for part in parts {
            let Some((path, expected)) = part.path.as_ref().zip(part.md5.as_ref()) else {
                continue;
            };
            let mut read = |length| {
                done += length;
                progress.checked(done, total);
            };
            let found = md5_of(path, &mut read).map_err(|err| FileError::new("read", path, err))?;
            if found != *expected {
                progress.end();
                return Err(Error::Export(format!(
                    "{} is damaged: its MD5 is {found}, where {FILES} has {expected}: copy it again",
                    path.display()
                )));
            }
        }
        progress.end();
        Ok(())
    }
}

/// What a manifest says, which is what its checksum beside it was made of.
fn read_checked(path: &Path) -> Result<Vec<u8>, Error> {
    let text = fs::read(path).map_err(|err| FileError::new("read", path, err))?;
    for ending in ["md5", "checksum"] {
        let beside = path.with_extension(ending);
        let expected = match fs::read_to_string(&beside) {
            Ok(expected) => expected,
            Err(err) if err.kind() == io::ErrorKind::NotFound => continue,
            Err(err) => return Err(FileError::new("read", &beside, err).into()),
        };
        if expected.trim() != STANDARD.encode(Md5::digest(&text)) {
            return Err(Error::Export(format!(
                "{} does not fit its checksum in {}: copy both again",
                path.display(),
                beside.display()
            )));
        }
    }
    Ok(text)
}

fn part(manifest: &Path, listed: Listed) -> Result<Part, Error> {
    let key = &listed.data_file_s3_key;
    let Some(path) = locate(manifest, key) else {
        return Err(Error::Export(format!(
            "{key} is missing, which {FILES} names: copy it beside {} with `aws s3 cp`",
            manifest.display()
        )));
    };
    let size = fs::metadata(&path).map_err(|err| FileError::new("read", &path, err))?;
    Ok(Part {
        name: path.display().to_string(),
        size: Some(size.len()),
        path: Some(path),
        items: Some(listed.item_count),
        md5: listed.md5_checksum,
    })
}

/// Where the file of a key is: below the manifest, or beside its directory, with as much of the key
/// as was copied. An incremental export keeps its data beside the directory.
fn locate(manifest: &Path, key: &str) -> Option<PathBuf> {
    let is_plain = |part: &Component<'_>| matches!(part, Component::Normal(_));
    let parts: Vec<_> = Path::new(key).components().filter(is_plain).collect();
    let directory = manifest.parent()?;
    let mut tails = (0..parts.len()).map(|from| parts[from..].iter().collect::<PathBuf>());
    tails.find_map(|tail| {
        let mut places = [directory.join(&tail), directory.join("..").join(&tail)].into_iter();
        places.find(|path| path.is_file())
    })
}

fn md5_of(path: &Path, read: &mut impl FnMut(u64)) -> io::Result<String> {
    let mut file = File::open(path)?;
    let mut buffer = vec![0; BUFFER];
    let mut md5 = Md5::new();
    loop {
        let length = file.read(&mut buffer)?;
        if length == 0 {
            return Ok(STANDARD.encode(md5.finalize()));
        }
        md5.update(&buffer[..length]);
        read(length as u64);
    }
}
