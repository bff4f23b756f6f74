//! The shared libraries of the local AWS's own program, for a container that runs it.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io;
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};

use super::specification::Volume;

/// `PT_INTERP`.
const INTERPRETER: u32 = 3;

/// What a container needs to run `program`: the directories with its libraries, and its loader.
/// `process` is one that runs the same program.
///
/// # Errors
/// The program or the process cannot be read.
pub(crate) fn libraries(process: u32, program: &Path) -> io::Result<Vec<Volume>> {
    let maps = fs::read_to_string(format!("/proc/{process}/maps"))?;
    let own = fs::read_link(format!("/proc/{process}/exe"))?;
    let mut volumes: Vec<Volume> = directories(&maps, &own).into_iter().map(shown).collect();
    if let Some(loader) = interpreter(program)?
        && !volumes
            .iter()
            .any(|volume| loader.starts_with(&volume.source))
    {
        volumes.push(shown(loader));
    }
    Ok(volumes)
}

fn shown(path: PathBuf) -> Volume {
    Volume {
        target: path.to_string_lossy().into_owned(),
        source: path,
        read_only: true,
    }
}

/// The directories of the files that a process has mapped, but for its own program.
fn directories(maps: &str, own: &Path) -> BTreeSet<PathBuf> {
    let files = maps
        .lines()
        .filter_map(|line| line.find('/').map(|start| Path::new(&line[start..])));
    files
        .filter(|file| *file != own && file.is_file())
        .filter_map(|file| file.parent().map(Path::to_owned))
        .collect()
}

/// The loader that a program asks for; `None` for a static one. All systems that the local AWS is
/// built for have 64 bits and the lower byte first.
fn interpreter(program: &Path) -> io::Result<Option<PathBuf>> {
    let file = File::open(program)?;
    let read = |offset: u64, length: usize| {
        let mut bytes = vec![0; length];
        file.read_exact_at(&mut bytes, offset).map(|()| bytes)
    };
    let header = read(0, 64)?;
    let (first, size, count) = (
        number(&header, 32, 8),
        number(&header, 54, 2),
        number(&header, 56, 2),
    );
    for index in 0..count {
        let entry = read(first + index * size, 56)?;
        if number(&entry, 0, 4) == u64::from(INTERPRETER) {
            let length = usize::try_from(number(&entry, 32, 8).min(4096)).unwrap_or(0);
            let text = read(number(&entry, 8, 8), length)?;
            let text = String::from_utf8_lossy(&text);
            return Ok(Some(text.trim_end_matches('\0').into()));
        }
    }
    Ok(None)
}

fn number(bytes: &[u8], offset: usize, length: usize) -> u64 {
    let bytes = bytes.get(offset..offset + length).unwrap_or_default();
    bytes
        .iter()
        .rev()
        .fold(0, |sum, byte| (sum << 8) | u64::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_program_needs_its_loader_and_the_directory_of_its_libraries() {
        let program = std::env::current_exe().unwrap();
        let volumes = libraries(std::process::id(), &program).unwrap();
        let loader = interpreter(&program).unwrap().expect("tests are dynamic");
        assert!(loader.is_file(), "{}", loader.display());
        let has = |path: &Path| {
            let mut volumes = volumes.iter();
            volumes.any(|volume| volume.read_only && path.starts_with(&volume.source))
        };
        assert!(has(&loader), "{volumes:?}");
        assert!(!has(&program), "{volumes:?}");
    }

    #[test]
    fn only_files_count_as_libraries() {
        let program = std::env::current_exe().unwrap();
        let maps = format!(
            "7f00-7f01 r-xp 00000000 00:00 0 [vdso]\n7f00-7f01 r-xp 00000000 fe:00 1 {}\n7f00-7f01 r--p 0 fe:00 2 /gone/libx.so (deleted)\n",
            program.display()
        );
        assert!(directories(&maps, &program).is_empty());
        let other = directories(&maps, Path::new("/other"));
        assert_eq!(Vec::from_iter(other), [program.parent().unwrap()]);
    }
}
