/// The size of an entry of the table of sections in a 64-bit file.
const ENTRY: usize = 64;
/// The type of a section that programs other than the loader read.
const PROGBITS: u32 = 1;

/// A little-endian 64-bit ELF file with one more section, which is not loaded. Returns `None` if the file is
/// not of this kind, or has no table of sections.
///
/// The section, the names and the table of all sections are appended: nothing that the loader reads moves.
/// The result depends on nothing but the input, and needs no linker or `objcopy` for the target.
pub(super) fn with_section(file: &[u8], name: &str, content: &[u8]) -> Option<Vec<u8>> {
    if file.get(..6)? != b"\x7fELF\x02\x01" || u16_at(file, 58)? != ENTRY {
        return None;
    }
    let (table, count, names) = (u64_at(file, 40)?, u16_at(file, 60)?, u16_at(file, 62)?);
    let table = file.get(table..table.checked_add(count * ENTRY)?)?;
    let of_names = table.get(names * ENTRY..(names + 1) * ENTRY)?;
    let (start, length) = (u64_at(of_names, 24)?, u64_at(of_names, 32)?);
    let mut texts = file.get(start..start.checked_add(length)?)?.to_vec();
    let position = u32::try_from(texts.len()).ok()?;
    texts.extend(name.as_bytes());
    texts.push(0);

    let mut new = file.to_vec();
    let content_at = append(&mut new, content);
    let texts_at = append(&mut new, &texts);
    let mut table = table.to_vec();
    let of_names = &mut table[names * ENTRY..][..ENTRY];
    of_names[24..32].copy_from_slice(&number(texts_at)?);
    of_names[32..40].copy_from_slice(&number(texts.len())?);
    table.extend(entry(position, content_at, content.len())?);
    let table_at = append(&mut new, &table);
    new[40..48].copy_from_slice(&number(table_at)?);
    new[60..62].copy_from_slice(&u16::try_from(count + 1).ok()?.to_le_bytes());
    Some(new)
}

/// The entry of a section that is not loaded.
fn entry(name: u32, start: usize, length: usize) -> Option<[u8; ENTRY]> {
    let mut entry = [0; ENTRY];
    entry[..4].copy_from_slice(&name.to_le_bytes());
    entry[4..8].copy_from_slice(&PROGBITS.to_le_bytes());
    entry[24..32].copy_from_slice(&number(start)?);
    entry[32..40].copy_from_slice(&number(length)?);
    entry[48] = 1;
    Some(entry)
}

/// Appends bytes at the next multiple of 8, and returns their position.
fn append(file: &mut Vec<u8>, bytes: &[u8]) -> usize {
    file.resize(file.len().next_multiple_of(8), 0);
    let start = file.len();
    file.extend(bytes);
    start
}

fn number(value: usize) -> Option<[u8; 8]> {
    u64::try_from(value).ok().map(u64::to_le_bytes)
}

fn u16_at(bytes: &[u8], start: usize) -> Option<usize> {
    let bytes = bytes.get(start..start + 2)?.try_into().ok()?;
    Some(u16::from_le_bytes(bytes).into())
}

fn u64_at(bytes: &[u8], start: usize) -> Option<usize> {
    let bytes = bytes.get(start..start + 8)?.try_into().ok()?;
    usize::try_from(u64::from_le_bytes(bytes)).ok()
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt as _;
    use std::process::Command;

    use elf::ElfBytes;
    use elf::endian::AnyEndian;

    use super::*;

    #[test]
    fn the_program_still_runs_and_has_the_section() {
        let program = fs::read("/bin/true").unwrap();
        let changed = with_section(&program, ".added", b"content").unwrap();
        let read = ElfBytes::<AnyEndian>::minimal_parse(&changed).unwrap();
        let header = read.section_header_by_name(".added").unwrap().unwrap();
        assert_eq!(read.section_data(&header).unwrap().0, b"content");
        assert!(read.section_header_by_name(".text").unwrap().is_some());
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("program");
        fs::write(&path, &changed).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        assert!(Command::new(&path).status().unwrap().success());
    }

    #[test]
    fn a_damaged_file_is_left_alone() {
        let program = fs::read("/bin/true").unwrap();
        for length in [0, 5, 6, 63, 64, program.len() - 1] {
            assert_eq!(
                with_section(&program[..length], ".added", b""),
                None,
                "{length}"
            );
        }
        for (place, value) in [(40, 0xff), (47, 0xff), (58, 1), (62, 0xff), (63, 0xff)] {
            let mut damaged = program.clone();
            damaged[place] = value;
            // It may also be intact by chance, but never panics.
            let _ = with_section(&damaged, ".added", b"");
        }
    }
}
