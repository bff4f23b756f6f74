use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::elf::architecture_of;
use super::sources::source_digest;
use super::workspace::root_above_dist;
use crate::image::bill::describes;
use crate::image::files::{Found, below, read};
use crate::image::{Architecture, Error};

pub(crate) const BINARY: &str = "showtable";
pub(crate) const ASSETS: &str = "static";
pub(crate) const CERTIFICATES: &str = "ca-certificates.crt";
/// The layer with the binary. It is kept because packing it well takes seconds.
pub(crate) const PACKED: &str = "showtable.tar.zst";
pub(crate) const BUILD: &str = "build.json";
/// The bill of materials of everything above.
pub(crate) const BILL: &str = "sbom.cdx.json";

/// A `dist/` that was checked.
#[derive(Debug, Clone)]
pub struct Dist {
    /// Its path.
    pub directory: PathBuf,
    /// The CPU that its binary is built for.
    pub architecture: Architecture,
    /// How it was built, if it contains that.
    pub build: Option<BuildInfo>,
}

/// How a `dist/` was built: the content of `build.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BuildInfo {
    /// The version of the app.
    pub version: String,
    /// The last commit that changed the sources, with `-dirty` if they were changed after it.
    ///
    /// This is not the commit that was checked out: a change of the README makes no new image.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub revision: Option<String>,
    /// The digest of the sources, to find out later whether they have changed.
    pub source: String,
    /// The CPU that it was built for.
    pub architecture: Architecture,
    /// The version of Rust that built it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub rust: Option<String>,
    /// The SHA-256 of the `Cargo.lock` that it was built with, in hexadecimal digits.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub lockfile: Option<String>,
}

impl Dist {
    /// Opens a `dist/` that [`build_app`](crate::image::build_app()) has filled, and checks its content.
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
        let architecture = architecture_of(&binary, &read(&binary)?)?;
        check_certificates(directory)?;
        Ok(Self {
            directory: directory.to_owned(),
            architecture,
            build: build_info(&directory.join(BUILD))?,
        })
    }

    /// Checks that the sources have not changed since the build.
    ///
    /// A `dist/` without sources around it was copied here, and is never stale.
    pub fn ensure_fresh(&self) -> Result<(), Error> {
        let (Some(build), Some(workspace)) = (&self.build, root_above_dist(&self.directory)) else {
            return Ok(());
        };
        match source_digest(&workspace)? {
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

    /// All files of the image with their bytes, by their name in `dist/`.
    pub(crate) fn files(&self) -> Result<BTreeMap<String, Vec<u8>>, Error> {
        let mut files = BTreeMap::from([
            (BINARY.to_owned(), self.binary()?),
            (CERTIFICATES.to_owned(), self.certificates()?),
        ]);
        for Found { name, path, is_dir } in self.assets()? {
            if !is_dir {
                files.insert(format!("{ASSETS}/{name}"), read(&path)?);
            }
        }
        Ok(files)
    }

    /// The bill of materials; `None` if there is none, or if `dist/` was changed since it was built.
    pub(crate) fn bill(&self) -> Result<Option<Vec<u8>>, Error> {
        let Ok(bill) = std::fs::read(self.directory.join(BILL)) else {
            return Ok(None);
        };
        Ok(describes(&bill, &self.files()?).then_some(bill))
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
