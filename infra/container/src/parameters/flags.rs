use std::path::PathBuf;

use clap::Args;
use deploy::Parameters;

/// The options for the parameters of the template. Without an option the deployed value is kept.
#[derive(Debug, Clone, Default, Args)]
pub struct Flags {
    /// The URI of an existing image [default: that of dist/, or the deployed one]
    #[arg(long, value_name = "URI")]
    pub image: Option<String>,
    /// The directory to make the image from [default: dist/ of the workspace, if it exists]
    #[arg(long, value_name = "DIRECTORY", conflicts_with = "image")]
    pub dist: Option<PathBuf>,
    /// Use dist/ even if the sources have changed since it was built
    #[arg(long, conflicts_with = "image")]
    pub stale: bool,
    /// The CPU that the image is for [default: that of dist/, or the deployed one]
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
