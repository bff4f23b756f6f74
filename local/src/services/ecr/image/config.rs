//! The configuration of an image.

use serde::Deserialize;

#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Configuration {
    pub(super) architecture: String,
    pub(super) config: Option<Execution>,
    pub(super) rootfs: Root,
}

/// The files of an image.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Root {
    /// The digests of the layers before they were packed.
    pub(super) diff_ids: Vec<String>,
}

/// How the image's program is started.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(crate) struct Execution {
    pub(crate) entrypoint: Option<Vec<String>>,
    pub(crate) cmd: Option<Vec<String>>,
    /// Variables as `NAME=VALUE`.
    pub(crate) env: Option<Vec<String>>,
    pub(crate) user: Option<String>,
    pub(crate) working_dir: Option<String>,
}
