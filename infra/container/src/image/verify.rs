use super::registry::Registry;
use super::session::Session;
use super::{Error, Image, digest};

/// Asks by tag and by digest, and believes only the bytes.
pub(crate) async fn verify(
    session: &Session<'_>,
    registry: &Registry,
    image: &Image,
) -> Result<(), Error> {
    for reference in [registry.tag(), image.digest()] {
        let found = session.manifest(reference, image.manifest.media_type).await;
        let found = found.map_err(|failure| registry.failed(&failure))?;
        let claimed = if found.bytes == image.manifest.bytes {
            found.claimed
        } else {
            Some(digest::of(&found.bytes))
        };
        // A registry need not name the digest of what it sends.
        if let Some(claimed) = claimed.filter(|claimed| claimed != image.digest()) {
            return Err(Error::Lied {
                registry: registry.host().to_owned(),
                ours: image.digest().to_owned(),
                claimed,
            });
        }
    }
    Ok(())
}
