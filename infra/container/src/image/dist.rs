use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::files::{Found, below, read};
use super::{Architecture, Error, architecture, source, workspace};

pub(crate) const BINARY: &str = "showtable";
pub(crate) const ASSETS: &str = "static";
pub(crate) const CERTIFICATES: &str = "ca-certificates.crt";
/// The layer of the binary: packing it as small as it can be takes seconds, and it seldom changes.
pub(crate) const PACKED: &str = "showtable.tar.zst";
pub(crate) const BUILD: &str = "build.json";

/// What the image is made of: `dist/`, checked.
#[derive(Debug, Clone)]
pub struct Dist {
    /// Where it is.
    pub directory: PathBuf,
    /// The CPU that its binary is for.
    pub architecture: Architecture,
    /// Where it came from, if that is written in it.
    pub build: Option<BuildInfo>,
}

/// Where a `dist/` came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BuildInfo {
    /// The version of the app.
    pub version: String,
    /// The last commit that changed the sources, with `-dirty` where they were changed after it.
    ///
    /// Not the commit that was checked out: a change of the README alone makes no new image.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub revision: Option<String>,
    /// A digest of the sources, by which it is found out whether they have changed since.
    pub source: String,
    /// The CPU that was built for.
    pub architecture: Architecture,
}

impl Dist {
    /// Opens a `dist/` that [`build_app`](super::build_app) has made, and checks what is in it.
    pub fn open(directory: &Path) -> Result<Self, Error> {
        if !directory.is_dir() {
            return Err(Error::NoDist(directory.to_owned()));
        }
        for part in [BINARY, ASSETS, CERTIFICATES] {
            let path = directory.join(part);
            let is_there = if part == ASSETS {
                path.is_dir()
            } else {
                path.is_file()
            };
            if !is_there {
                return Err(Error::Incomplete(path));
            }
        }
        let binary = directory.join(BINARY);
        let architecture = architecture::of_static_binary(&binary, &read(&binary)?)?;
        check_certificates(directory)?;
        Ok(Self {
            directory: directory.to_owned(),
            architecture,
            build: build_info(&directory.join(BUILD))?,
        })
    }

    /// Makes sure that the sources that are there are those that were built.
    ///
    /// Where there are none, `dist/` was brought here from elsewhere, and is what is wanted.
    pub fn ensure_fresh(&self) -> Result<(), Error> {
        let (Some(build), Some(workspace)) = (&self.build, workspace::root_if_any(&self.directory))
        else {
            return Ok(());
        };
        match source::source_digest(&workspace)? {
            Some(now) if now != build.source => Err(Error::Stale(self.directory.clone())),
            _ => Ok(()),
        }
    }

    pub(crate) fn binary(&self) -> Result<Vec<u8>, Error> {
        read(&self.directory.join(BINARY))
    }

    pub(crate) fn packed_binary(&self) -> Option<Vec<u8>> {
        std::fs::read(self.directory.join(PACKED)).ok()
    }

    pub(crate) fn certificates(&self) -> Result<Vec<u8>, Error> {
        read(&self.directory.join(CERTIFICATES))
    }

    pub(crate) fn assets(&self) -> Result<Vec<Found>, Error> {
        below(&self.directory.join(ASSETS))
    }
}

fn check_certificates(directory: &Path) -> Result<(), Error> {
    let path = directory.join(CERTIFICATES);
    let begin = b"-----BEGIN CERTIFICATE-----";
    let bytes = read(&path)?;
    if bytes.windows(begin.len()).any(|window| window == begin) {
        Ok(())
    } else {
        Err(Error::NoCertificates(path))
    }
}

fn build_info(path: &Path) -> Result<Option<BuildInfo>, Error> {
    if !path.is_file() {
        return Ok(None);
    }
    match serde_json::from_slice(&read(path)?) {
        Ok(info) => Ok(Some(info)),
        Err(err) => Err(Error::BuildInfo(path.to_owned(), err.to_string())),
    }
}
