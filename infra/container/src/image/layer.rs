use super::archive::Archive;
use super::dist::PACKED;
use super::files::{Found, read, write};
use super::{Blob, Compression, Dist, Error, digest};

/// A layer: a part of the files of an image, packed.
#[derive(Debug, Clone)]
pub struct Layer {
    /// What is in it: `certificates`, `binary` or `assets`.
    pub name: &'static str,
    /// The digest of the archive before it was compressed.
    pub diff_id: String,
    /// The archive.
    pub blob: Blob,
}

/// The layers, in the order of how rarely they change.
pub(crate) fn all(dist: &Dist, compression: Compression) -> Result<Vec<Layer>, Error> {
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

/// Packed as it was by [`pack_binary`], if that has packed what is there now.
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

/// Packs the binary once and for all, and keeps it beside it in `dist/`.
pub(crate) fn pack_binary(dist: &Dist) -> Result<(), Error> {
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

/// Whether this is packed in that.
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
