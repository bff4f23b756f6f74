use std::fmt;

use serde::{Deserialize, Serialize};

/// The CPU that a binary is built for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, clap::ValueEnum)]
pub enum Architecture {
    /// 64-bit Intel and AMD.
    #[serde(rename = "x86_64")]
    #[value(name = "x86_64", alias = "amd64")]
    X86_64,
    /// 64-bit ARM, for example AWS Graviton.
    #[serde(rename = "aarch64")]
    #[value(name = "aarch64", alias = "arm64")]
    Arm64,
}

impl Architecture {
    /// The CPU of this machine; x86-64 if Fargate does not have it.
    #[must_use]
    pub fn of_this_machine() -> Self {
        if cfg!(target_arch = "aarch64") {
            Self::Arm64
        } else {
            Self::X86_64
        }
    }

    /// The name in a task definition of ECS.
    #[must_use]
    pub const fn ecs(self) -> &'static str {
        match self {
            Self::X86_64 => "X86_64",
            Self::Arm64 => "ARM64",
        }
    }

    /// The name in the configuration of an image.
    #[must_use]
    pub const fn oci(self) -> &'static str {
        match self {
            Self::X86_64 => "amd64",
            Self::Arm64 => "arm64",
        }
    }

    /// The name that Rust and GNU use.
    #[must_use]
    pub const fn gnu(self) -> &'static str {
        match self {
            Self::X86_64 => "x86_64",
            Self::Arm64 => "aarch64",
        }
    }

    /// The target for which Rust builds the static binary.
    pub(crate) fn target(self) -> String {
        format!("{}-unknown-linux-gnu", self.gnu())
    }
}

impl fmt::Display for Architecture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.gnu())
    }
}
