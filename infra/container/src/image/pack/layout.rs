use std::path::Path;

use serde_json::json;

use super::blob::Descriptor;
use super::image::Image;
use crate::image::Error;
use crate::image::files::{make_dir, write};

impl Image {
    /// Writes the image to a directory in the OCI image layout, which `skopeo`, `podman` and others
    /// read.
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
        // This file marks the directory as a layout, so it comes last.
        let version = json!({"imageLayoutVersion": "1.0.0"});
        write(
            &directory.join("oci-layout"),
            version.to_string().as_bytes(),
        )
    }
}
