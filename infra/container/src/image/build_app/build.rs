use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use deploy::Output;
use deploy::render::Shown;

use super::toolchain::{Compiled, compile, ensure_target, linker, rustc};
use super::{certificates, revision};
use crate::image::bill::{Contents, Runtime, bill, with_crates};
use crate::image::dist::{
    ASSETS, BILL, BINARY, BUILD, BuildInfo, CERTIFICATES, Dist, PACKED, root, source_digest,
};
use crate::image::files::{copy, make_dir, read, write};
use crate::image::pack::pack_binary;
use crate::image::{Architecture, Error, digest};

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
    let linked_by = linker.as_ref().map(|(_, program)| program.clone());
    let binary = compile(&workspace, &target, linker)?;
    let linked_by = linked_by.unwrap_or_else(|| "cc".into());
    let runtime = Runtime::of(&workspace, &rustc(), &linked_by);
    let info = BuildInfo {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        revision: revision::last_commit(&workspace),
        source,
        architecture,
        rust: runtime.rust.clone(),
        lockfile: Some(digest::sha256(&read(&workspace.join("Cargo.lock"))?)),
    };
    fill(&workspace, &binary, &info, &runtime, directory)?;
    let dist = Dist::open(directory)?;
    let size = indicatif::DecimalBytes(dist.binary()?.len() as u64);
    output.progress(&format!(
        "{} is ready: binary for {architecture}, {size}",
        Shown(directory.display())
    ));
    Ok(dist)
}

/// Fills a directory next to `dist/`, and renames it to `dist/` when it is complete.
fn fill(
    workspace: &Path,
    compiled: &Compiled,
    info: &BuildInfo,
    runtime: &Runtime,
    directory: &Path,
) -> Result<(), Error> {
    let Some(name) = directory.file_name() else {
        return Err(Error::NotFillable(directory.to_owned()));
    };
    let name = name.to_string_lossy();
    let beside = |suffix| directory.with_file_name(format!("{name}{suffix}"));
    let (new, old) = (beside(".new"), beside(".old"));
    remove(&new)?;
    make_dir(&new)?;
    copy_binary(compiled, &new.join(BINARY))?;
    copy(&workspace.join("static"), &new.join(ASSETS))?;
    write(&new.join(CERTIFICATES), certificates::pem().as_bytes())?;
    let json = serde_json::to_vec_pretty(info).map_err(|err| Error::Pack(err.into()))?;
    write(&new.join(BUILD), &json)?;
    // From the last build, which may have made the same binary.
    if let Ok(packed) = fs::read(directory.join(PACKED)) {
        write(&new.join(PACKED), &packed)?;
    }
    let dist = Dist::open(&new)?;
    write(&new.join(BILL), &bill_of(&dist, compiled, info, runtime)?)?;
    pack_binary(&dist)?;
    remove(&old)?;
    if directory.exists() {
        fs::rename(directory, &old).map_err(Error::file(directory))?;
    }
    fs::rename(&new, directory).map_err(Error::file(directory))?;
    remove(&old)
}

/// Copies the binary with its permissions, and adds the list of its crates.
fn copy_binary(compiled: &Compiled, to: &Path) -> Result<(), Error> {
    fs::copy(&compiled.path, to).map_err(Error::file(&compiled.path))?;
    let binary = with_crates(&read(to)?, &compiled.crates).map_err(Error::Pack)?;
    write(to, &binary.ok_or_else(|| Error::NotElf(to.to_owned()))?)
}

fn bill_of(
    dist: &Dist,
    compiled: &Compiled,
    info: &BuildInfo,
    runtime: &Runtime,
) -> Result<Vec<u8>, Error> {
    Ok(bill(&Contents {
        name: BINARY,
        version: &info.version,
        crates: &compiled.crates,
        runtime,
        files: &dist.files()?,
        facts: &[(CERTIFICATES, certificates::facts())].into(),
    }))
}

fn remove(directory: &Path) -> Result<(), Error> {
    match fs::remove_dir_all(directory) {
        Err(err) if err.kind() != ErrorKind::NotFound => Err(Error::file(directory)(err)),
        _ => Ok(()),
    }
}
