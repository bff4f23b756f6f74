use std::path::PathBuf;

use clap::Args;
use deploy::Parameters;

/// The options for the parameters of the template. Without an option the deployed value stays.
#[derive(Debug, Clone, Default, Args)]
pub struct Flags {
    /// The URI of an existing image [default: the image of dist/, which is pushed to ECR; without dist/ the deployed image]
    #[arg(long, value_name = "URI")]
    pub image: Option<String>,
    /// The directory that the image is made of [default: dist/ of the workspace, if it exists]
    #[arg(long, value_name = "DIRECTORY", conflicts_with = "image")]
    pub dist: Option<PathBuf>,
    /// Use dist/ even if the sources have changed since it was built
    #[arg(long, conflicts_with = "image")]
    pub stale: bool,
    /// The CPU that the image is for [default: the CPU of the binary in dist/; without dist/ the deployed value, else the default of the template]
    #[arg(long, value_parser = ["X86_64", "ARM64"])]
    pub cpu_architecture: Option<String>,
}

impl From<Flags> for Parameters {
    fn from(flags: Flags) -> Self {
        [
            ("Image", flags.image),
            ("CpuArchitecture", flags.cpu_architecture),
        ]
        .into_iter()
        .filter_map(|(key, value)| Some((key.to_owned(), value?)))
        .collect()
    }
}
