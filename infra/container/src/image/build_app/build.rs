use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use deploy::Output;
use deploy::render::Shown;

use super::toolchain::{compile, ensure_target, linker};
use super::{certificates, revision};
use crate::image::dist::{
    ASSETS, BINARY, BUILD, BuildInfo, CERTIFICATES, Dist, PACKED, root, source_digest,
};
use crate::image::files::{copy, make_dir, write};
use crate::image::pack::pack_binary;
use crate::image::{Architecture, Error};

/// Builds the app as a static binary, and fills `dist/` with everything that its image needs.
///
/// The old `dist/` stays until the new one is complete.
pub fn build_app(
    architecture: Architecture,
    directory: &Path,
    output: Output,
) -> Result<Dist, Error> {
    let workspace = root()?;
    let target = architecture.target();
    ensure_target(&workspace, &target)?;
    let linker = linker(architecture)?;
    let source = source_digest(&workspace)?.ok_or(Error::NoWorkspace)?;
    let binary = compile(&workspace, &target, linker)?;
    let info = BuildInfo {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        revision: revision::last_commit(&workspace),
        source,
        architecture,
    };
    fill(&workspace, &binary, &info, directory)?;
    let dist = Dist::open(directory)?;
    let size = indicatif::DecimalBytes(dist.binary()?.len() as u64);
    output.progress(&format!(
        "{} is ready: binary for {architecture}, {size}",
        Shown(directory.display())
    ));
    Ok(dist)
}

/// Fills a directory next to `dist/`, and renames it to `dist/` when it is complete.
fn fill(workspace: &Path, binary: &Path, info: &BuildInfo, directory: &Path) -> Result<(), Error> {
    let Some(name) = directory.file_name() else {
        return Err(Error::NotFillable(directory.to_owned()));
    };
    let name = name.to_string_lossy();
    let beside = |suffix| directory.with_file_name(format!("{name}{suffix}"));
    let (new, old) = (beside(".new"), beside(".old"));
    remove(&new)?;
    make_dir(&new)?;
    fs::copy(binary, new.join(BINARY)).map_err(Error::file(binary))?;
    copy(&workspace.join("static"), &new.join(ASSETS))?;
    write(&new.join(CERTIFICATES), certificates::pem().as_bytes())?;
    let json = serde_json::to_vec_pretty(info).map_err(|err| Error::Pack(err.into()))?;
    write(&new.join(BUILD), &json)?;
    // From the last build, which may have made the same binary.
    if let Ok(packed) = fs::read(directory.join(PACKED)) {
        write(&new.join(PACKED), &packed)?;
    }
    pack_binary(&Dist::open(&new)?)?;
    remove(&old)?;
    if directory.exists() {
        fs::rename(directory, &old).map_err(Error::file(directory))?;
    }
    fs::rename(&new, directory).map_err(Error::file(directory))?;
    remove(&old)
}

fn remove(directory: &Path) -> Result<(), Error> {
    match fs::remove_dir_all(directory) {
        Err(err) if err.kind() != ErrorKind::NotFound => Err(Error::file(directory)(err)),
        _ => Ok(()),
    }
}
