use std::path::Path;

use deploy::Output;
use deploy::render::Shown;

use super::dist::{ASSETS, BINARY, BUILD, BuildInfo, CERTIFICATES, Dist, PACKED};
use super::files::{copy, make_dir, write};
use super::layer::pack_binary;
use super::toolchain::{compile, ensure_target, linker};
use super::{Architecture, Error, certificates, git, source, workspace};

/// Builds the app as a static binary, and fills `dist/` with all that its image needs.
///
/// What was in `dist/` stays until the new one is complete.
pub fn build_app(
    architecture: Architecture,
    directory: &Path,
    output: Output,
) -> Result<Dist, Error> {
    let workspace = workspace::root()?;
    let target = architecture.target();
    ensure_target(&workspace, &target)?;
    let linker = linker(architecture)?;
    let source = source::source_digest(&workspace)?.ok_or(Error::NoWorkspace)?;
    let binary = compile(&workspace, &target, linker)?;
    let info = BuildInfo {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        revision: git::revision(&workspace),
        source,
        architecture,
    };
    lay_out(&workspace, &binary, &info, directory)?;
    let dist = Dist::open(directory)?;
    let size = indicatif::DecimalBytes(dist.binary()?.len() as u64);
    output.progress(&format!(
        "{} is filled: showtable for {architecture} is {size}",
        Shown(directory.display())
    ));
    Ok(dist)
}

/// Fills a directory beside `dist/`, and puts it in its place when nothing more can go wrong.
fn lay_out(
    workspace: &Path,
    binary: &Path,
    info: &BuildInfo,
    directory: &Path,
) -> Result<(), Error> {
    let name = directory.file_name().unwrap_or_default().to_string_lossy();
    let beside = |suffix| directory.with_file_name(format!("{name}{suffix}"));
    let (new, old) = (beside(".new"), beside(".old"));
    remove(&new)?;
    make_dir(&new)?;
    std::fs::copy(binary, new.join(BINARY)).map_err(Error::file(binary))?;
    copy(&workspace.join("static"), &new.join(ASSETS))?;
    write(&new.join(CERTIFICATES), certificates::pem().as_bytes())?;
    let json = serde_json::to_vec_pretty(info).map_err(|err| Error::Pack(err.into()))?;
    write(&new.join(BUILD), &json)?;
    // That of the last build, which may be of the same binary.
    if let Ok(packed) = std::fs::read(directory.join(PACKED)) {
        write(&new.join(PACKED), &packed)?;
    }
    pack_binary(&Dist::open(&new)?)?;
    remove(&old)?;
    if directory.exists() {
        std::fs::rename(directory, &old).map_err(Error::file(directory))?;
    }
    std::fs::rename(&new, directory).map_err(Error::file(directory))?;
    remove(&old)
}

fn remove(directory: &Path) -> Result<(), Error> {
    match std::fs::remove_dir_all(directory) {
        Err(err) if err.kind() != std::io::ErrorKind::NotFound => Err(Error::file(directory)(err)),
        _ => Ok(()),
    }
}
