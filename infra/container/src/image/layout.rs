use std::path::Path;

use serde_json::json;

use super::files::{make_dir, write};
use super::manifest::Descriptor;
use super::{Error, Image};

impl Image {
    /// Writes the image as a directory that follows the OCI image layout, for `skopeo`, `podman`
    /// and others to read.
    pub fn write_layout(&self, directory: &Path) -> Result<(), Error> {
        let blobs = directory.join("blobs/sha256");
        make_dir(&blobs)?;
        let layers = self.layers.iter().map(|layer| &layer.blob);
        for blob in layers.chain([&self.config, &self.manifest]) {
            let name = blob.digest.trim_start_matches("sha256:");
            write(&blobs.join(name), &blob.bytes)?;
        }
        let index = json!({
            "schemaVersion": 2,
            "mediaType": "application/vnd.oci.image.index.v1+json",
            "manifests": [Descriptor::from(&self.manifest)],
        });
        write(&directory.join("index.json"), index.to_string().as_bytes())?;
        // What makes the directory a layout comes last.
        let version = json!({"imageLayoutVersion": "1.0.0"});
        write(
            &directory.join("oci-layout"),
            version.to_string().as_bytes(),
        )
    }
}
