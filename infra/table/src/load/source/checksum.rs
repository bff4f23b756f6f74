//! Checksums of the manifests and files of an export.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use md5::{Digest as _, Md5};

use crate::{Error, FileError};

const BUFFER: usize = 256 * 1024;

/// Reads a manifest, and compares it with the checksum in the file next to it.
pub(super) fn read_checked(path: &Path) -> Result<Vec<u8>, Error> {
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
                "{} does not match its checksum in {}: copy both again",
                path.display(),
                beside.display()
            )));
        }
    }
    Ok(text)
}

/// The MD5 of a file in Base64. `read` is called with the number of bytes of each part.
pub(super) fn md5_of(path: &Path, read: &mut impl FnMut(u64)) -> io::Result<String> {
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
