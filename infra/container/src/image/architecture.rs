use std::fmt;
use std::path::Path;

use elf::ElfBytes;
use elf::abi::{DT_NEEDED, EM_AARCH64, EM_X86_64, PT_INTERP};
use elf::endian::AnyEndian;
use serde::{Deserialize, Serialize};

use super::Error;

/// The CPU that a binary is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
pub enum Architecture {
    /// 64 bits of Intel and AMD.
    #[serde(rename = "x86_64")]
    #[value(name = "x86_64", alias = "amd64")]
    X86_64,
    /// 64 bits of ARM, as AWS's Graviton.
    #[serde(rename = "aarch64")]
    #[value(name = "aarch64", alias = "arm64")]
    Arm64,
}

impl Architecture {
    /// That of this machine, where an image can be for it.
    #[must_use]
    pub fn of_this_machine() -> Self {
        if cfg!(target_arch = "aarch64") {
            Self::Arm64
        } else {
            Self::X86_64
        }
    }

    /// As a task definition of ECS calls it.
    #[must_use]
    pub const fn ecs(self) -> &'static str {
        match self {
            Self::X86_64 => "X86_64",
            Self::Arm64 => "ARM64",
        }
    }

    /// As an image calls it.
    #[must_use]
    pub const fn oci(self) -> &'static str {
        match self {
            Self::X86_64 => "amd64",
            Self::Arm64 => "arm64",
        }
    }

    /// As Rust and GNU call it.
    #[must_use]
    pub const fn gnu(self) -> &'static str {
        match self {
            Self::X86_64 => "x86_64",
            Self::Arm64 => "aarch64",
        }
    }

    /// What Rust builds a static binary for.
    pub(crate) fn target(self) -> String {
        format!("{}-unknown-linux-gnu", self.gnu())
    }
}

impl fmt::Display for Architecture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.gnu())
    }
}

/// Reads from the header of a binary what it is for, and makes sure that it needs no library.
pub(crate) fn of_static_binary(path: &Path, bytes: &[u8]) -> Result<Architecture, Error> {
    let broken = |_| Error::NotElf(path.to_owned());
    let file = ElfBytes::<AnyEndian>::minimal_parse(bytes).map_err(broken)?;
    let has_loader = file
        .segments()
        .is_some_and(|segments| segments.iter().any(|segment| segment.p_type == PT_INTERP));
    // A static binary that can be loaded anywhere has a dynamic section too, which needs nothing.
    let needs = file
        .dynamic()
        .map_err(broken)?
        .is_some_and(|dynamic| dynamic.iter().any(|entry| entry.d_tag == DT_NEEDED));
    if has_loader || needs {
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

    /// The smallest file that is one of 64 bits, with `segments` of a type each.
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
        of_static_binary(Path::new("dist/showtable"), bytes).map_err(|err| err.to_string())
    }

    #[test]
    fn the_architecture_is_in_the_header() {
        assert_eq!(read(&elf(EM_X86_64, &[1])), Ok(Architecture::X86_64));
        assert_eq!(read(&elf(EM_AARCH64, &[1])), Ok(Architecture::Arm64));
    }

    #[test]
    fn what_cannot_run_in_an_empty_image_is_refused_with_the_way_out() {
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
