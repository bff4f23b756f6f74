//! Checks an image after a push.

use super::session::Session;
use super::target::Registry;
use crate::image::pack::Image;
use crate::image::{Error, digest};

/// Checks that the registry has the image under its tag and under its digest. Compares the bytes,
/// not only the digest that the registry claims.
pub(super) async fn verify(
    session: &Session<'_>,
    registry: &Registry,
    image: &Image,
) -> Result<(), Error> {
    for reference in [registry.tag(), image.digest()] {
        let stored = session.manifest(reference, image.manifest.media_type).await;
        let stored = stored.map_err(|failure| registry.error(failure))?;
        let claimed = if stored.bytes == image.manifest.bytes {
            stored.claimed
        } else {
            Some(digest::of(&stored.bytes))
        };
        // A registry may leave out the digest of its response.
        if let Some(claimed) = claimed.filter(|claimed| claimed != image.digest()) {
            return Err(Error::DigestMismatch {
                registry: registry.host().to_owned(),
                ours: image.digest().to_owned(),
                claimed,
            });
        }
    }
    Ok(())
}
