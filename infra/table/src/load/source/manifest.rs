//! The manifests of an export to S3, and whether all of its files are there and undamaged.

use std::fs;
use std::path::{Component, Path, PathBuf};

use deploy::Output;
use serde::Deserialize;

use super::checksum::{md5_of, read_checked};
use crate::load::input::InputFile;
use crate::progress::Progress;
use crate::{Error, FileError};

pub(super) const SUMMARY: &str = "manifest-summary.json";
pub(super) const FILES: &str = "manifest-files.json";

/// What the manifests of an export say.
pub(super) struct Manifest {
    /// The path of the summary. The checkpoint is next to it.
    pub(super) path: PathBuf,
    pub(super) files: Vec<InputFile>,
    pub(super) is_incremental: bool,
    /// The text of the manifests, which no other export has.
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

/// One line of the list of files.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Listed {
    item_count: u64,
    #[serde(default)]
    md5_checksum: Option<String>,
    data_file_s3_key: String,
}

impl Manifest {
    /// Reads the manifests of an export, and ensures that every file of it exists.
    pub(super) fn read(path: &Path) -> Result<Self, Error> {
        let summary_text = read_checked(path)?;
        let summary: Summary = serde_json::from_slice(&summary_text)
            .map_err(|err| damaged(path, &format!("is not the summary of an export ({err})")))?;
        if summary.output_format != "DYNAMODB_JSON" {
            return Err(Error::Export(format!(
                "{} is an export in {}, which is not supported: export the table again with `--export-format DYNAMODB_JSON`",
                path.display(),
                summary.output_format
            )));
        }
        let list = path.with_file_name(FILES);
        let list_text = read_checked(&list)?;
        let listed: Vec<Listed> = serde_json::Deserializer::from_slice(&list_text)
            .into_iter()
            .collect::<Result<_, _>>()
            .map_err(|err| damaged(&list, &format!("is not a list of files ({err})")))?;
        let items: u64 = listed.iter().map(|file| file.item_count).sum();
        if items != summary.item_count {
            let expected = summary.item_count;
            let why = format!("lists {items} items, but {SUMMARY} says {expected}");
            return Err(damaged(&list, &why));
        }
        let files = listed.into_iter().map(|listed| file(path, listed));
        Ok(Self {
            path: path.to_owned(),
            files: files.collect::<Result<_, _>>()?,
            is_incremental: summary.export_type.as_deref() == Some("INCREMENTAL_EXPORT"),
            seed: [summary_text, list_text].concat(),
        })
    }

    /// Checks the MD5 of the files, beginning with the one at `from`, before anything is written.
    pub(super) fn check(&self, from: usize, output: Output) -> Result<(), Error> {
        // A checkpoint that is not of this export can be beyond its last file.
        let files = self.files.get(from..).unwrap_or(&[]);
        let total = files.iter().filter_map(|file| file.size).sum();
        let mut progress = Progress::new(Some(total), output);
        let mut done = 0;
        for file in files {
            let Some((path, expected)) = file.path.as_ref().zip(file.md5.as_ref()) else {
                continue;
            };
            let mut read = |length| {
                done += length;
                progress.checked(done, total);
            };
            let found = md5_of(path, &mut read).map_err(|err| FileError::new("read", path, err))?;
            if found != *expected {
                progress.end();
                let why = format!("is damaged: its MD5 is {found}, but {FILES} says {expected}");
                return Err(damaged(path, &why));
            }
        }
        progress.end();
        Ok(())
    }
}

fn damaged(path: &Path, why: &str) -> Error {
    Error::Export(format!("{} {why}: copy it again", path.display()))
}

fn file(manifest: &Path, listed: Listed) -> Result<InputFile, Error> {
    let key = &listed.data_file_s3_key;
    let Some(path) = locate(manifest, key) else {
        return Err(Error::Export(format!(
            "{key} is missing, but {FILES} lists it: copy it next to {} with `aws s3 cp`",
            manifest.display()
        )));
    };
    let metadata = fs::metadata(&path).map_err(|err| FileError::new("read", &path, err))?;
    Ok(InputFile {
        name: path.display().to_string(),
        size: Some(metadata.len()),
        path: Some(path),
        items: Some(listed.item_count),
        md5: listed.md5_checksum,
    })
}

/// The path of a file, with as much of its key as was copied.
///
/// A full export keeps its data below the directory of the manifest, an incremental one next to it.
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
