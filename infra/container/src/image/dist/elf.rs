use std::path::Path;

use elf::ElfBytes;
use elf::abi::{DT_NEEDED, EM_AARCH64, EM_X86_64, PT_INTERP};
use elf::endian::AnyEndian;

use crate::image::{Architecture, Error};

/// Reads the CPU from the header of a binary, and checks that the binary is static.
pub(super) fn architecture_of(path: &Path, bytes: &[u8]) -> Result<Architecture, Error> {
    let invalid = |_| Error::NotElf(path.to_owned());
    let file = ElfBytes::<AnyEndian>::minimal_parse(bytes).map_err(invalid)?;
    let has_loader = file
        .segments()
        .is_some_and(|segments| segments.iter().any(|segment| segment.p_type == PT_INTERP));
    // A static position-independent binary has a dynamic section too, but it names no library.
    let needs_library = file
        .dynamic()
        .map_err(invalid)?
        .is_some_and(|dynamic| dynamic.iter().any(|entry| entry.d_tag == DT_NEEDED));
    if has_loader || needs_library {
        return Err(Error::NotStatic(path.to_owned()));
    }
    match file.ehdr.e_machine {
        EM_X86_64 => Ok(Architecture::X86_64),
        EM_AARCH64 => Ok(Architecture::Arm64),
        machine => Err(Error::UnknownCpu(path.to_owned(), machine)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A minimal 64-bit file with one segment of each given type.
    fn elf(machine: u16, segments: &[u32]) -> Vec<u8> {
        let mut bytes = vec![0x7f, b'E', b'L', b'F', 2, 1, 1, 0];
        bytes.resize(16, 0);
        bytes.extend(2_u16.to_le_bytes());
        bytes.extend(machine.to_le_bytes());
        bytes.extend(1_u32.to_le_bytes());
        for offset in [0_u64, 64, 0] {
            bytes.extend(offset.to_le_bytes());
        }
        bytes.extend(0_u32.to_le_bytes());
        let count = u16::try_from(segments.len()).unwrap();
        for number in [64, 56, count, 64, 0, 0] {
            bytes.extend(number.to_le_bytes());
        }
        for kind in segments {
            bytes.extend(kind.to_le_bytes());
            bytes.resize(bytes.len() + 52, 0);
        }
        bytes
    }

    fn read(bytes: &[u8]) -> Result<Architecture, String> {
        architecture_of(Path::new("dist/showtable"), bytes).map_err(|err| err.to_string())
    }

    #[test]
    fn the_architecture_is_in_the_header() {
        assert_eq!(read(&elf(EM_X86_64, &[1])), Ok(Architecture::X86_64));
        assert_eq!(read(&elf(EM_AARCH64, &[1])), Ok(Architecture::Arm64));
    }

    #[test]
    fn a_binary_that_cannot_run_in_an_empty_image_is_refused_with_the_way_out() {
        for (bytes, reason) in [
            (b"#!/bin/sh\nexit 0\n".to_vec(), "not a Linux binary"),
            (Vec::new(), "not a Linux binary"),
            (elf(EM_X86_64, &[1, PT_INTERP]), "not static"),
            (elf(8, &[1]), "another CPU"),
        ] {
            let err = read(&bytes).unwrap_err();
            assert!(
                err.contains(reason) && err.contains("task build-app"),
                "{err}"
            );
        }
    }
}
