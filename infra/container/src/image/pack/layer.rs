use super::archive::Archive;
use super::blob::Blob;
use super::compression::Compression;
use crate::image::dist::{Dist, PACKED};
use crate::image::files::{Found, read, write};
use crate::image::{Error, digest};

/// A layer: a packed part of the files of an image.
#[derive(Debug, Clone)]
pub struct Layer {
    /// Its content: `certificates`, `binary` or `assets`.
    pub name: &'static str,
    /// The digest of the uncompressed archive.
    pub diff_id: String,
    /// The compressed archive.
    pub blob: Blob,
}

/// All layers; those that change least come first.
pub(super) fn all(dist: &Dist, compression: Compression) -> Result<Vec<Layer>, Error> {
    let mut certificates = Archive::default();
    for directory in ["etc", "etc/ssl", "etc/ssl/certs"] {
        certificates.directory(directory)?;
    }
    certificates.file(
        "etc/ssl/certs/ca-certificates.crt",
        &dist.certificates()?,
        0o644,
    )?;
    let mut assets = Archive::default();
    assets.directory("static")?;
    for Found { name, path, is_dir } in dist.assets()? {
        let name = format!("static/{name}");
        if is_dir {
            assets.directory(&name)?;
        } else {
            assets.file(&name, &read(&path)?, 0o644)?;
        }
    }
    Ok(vec![
        layer("certificates", &certificates.end()?, compression)?,
        binary(dist, compression)?,
        layer("assets", &assets.end()?, compression)?,
    ])
}

/// The layer with the binary. Uses the result of [`pack_binary`] if it has packed the same binary.
fn binary(dist: &Dist, compression: Compression) -> Result<Layer, Error> {
    let archive = binary_archive(dist)?;
    let kept = dist.packed_binary();
    match kept.filter(|kept| compression == Compression::Zstd && holds(kept, &archive)) {
        Some(kept) => Ok(Layer::new(
            "binary",
            &archive,
            Blob::new(compression.media_type(), kept.into()),
        )),
        None => layer("binary", &archive, compression),
    }
}

/// Packs the binary, and keeps the result next to it in `dist/`.
pub(in crate::image) fn pack_binary(dist: &Dist) -> Result<(), Error> {
    let archive = binary_archive(dist)?;
    if dist
        .packed_binary()
        .is_some_and(|kept| holds(&kept, &archive))
    {
        return Ok(());
    }
    let packed = Compression::Zstd.pack(&archive).map_err(Error::Pack)?;
    write(&dist.directory.join(PACKED), &packed)
}

fn binary_archive(dist: &Dist) -> Result<Vec<u8>, Error> {
    let mut archive = Archive::default();
    archive.file("showtable", &dist.binary()?, 0o755)?;
    archive.end()
}

/// Returns whether `packed` unpacks to `archive`.
fn holds(packed: &[u8], archive: &[u8]) -> bool {
    zstd::bulk::decompress(packed, archive.len()).is_ok_and(|unpacked| unpacked == archive)
}

fn layer(name: &'static str, archive: &[u8], compression: Compression) -> Result<Layer, Error> {
    let packed = compression.pack(archive).map_err(Error::Pack)?;
    let blob = Blob::new(compression.media_type(), packed);
    Ok(Layer::new(name, archive, blob))
}

impl Layer {
    fn new(name: &'static str, archive: &[u8], blob: Blob) -> Self {
        Self {
            name,
            diff_id: digest::of(archive),
            blob,
        }
    }
}
