use oci_client::Client;
use oci_client::errors::OciDistributionError;

use super::registry::Registry;
use super::retry::retried;
use super::{Error, Image, digest};

/// The digest of the image that has the tag.
pub(crate) async fn tagged(client: &Client, registry: &Registry) -> Result<Option<String>, Error> {
    let auth = registry.login.auth();
    let reference = &registry.reference;
    match retried(registry.patience, || {
        client.fetch_manifest_digest(reference, &auth)
    })
    .await
    {
        Ok(digest) => Ok(Some(digest)),
        Err(err) if is_missing(&err) => Ok(None),
        Err(err) => Err(registry.failed(&err)),
    }
}

fn is_missing(err: &OciDistributionError) -> bool {
    use oci_client::errors::OciErrorCode::{ManifestUnknown, NameUnknown, NotFound};
    match err {
        OciDistributionError::ImageManifestNotFoundError(_)
        | OciDistributionError::ServerError { code: 404, .. } => true,
        OciDistributionError::RegistryError { envelope, .. } => envelope
            .errors
            .iter()
            .any(|err| matches!(err.code, ManifestUnknown | NameUnknown | NotFound)),
        _ => false,
    }
}

/// Asks by tag and by digest, and believes only the bytes.
pub(crate) async fn verify(
    client: &Client,
    registry: &Registry,
    image: &Image,
) -> Result<(), Error> {
    let auth = registry.login.auth();
    let by_tag = registry.reference.clone();
    let by_digest = by_tag.clone_with_digest(image.digest().to_owned());
    for reference in [by_tag, by_digest] {
        let accepted = [image.manifest.media_type];
        let pulled = retried(registry.patience, || {
            client.pull_manifest_raw(&reference, &auth, &accepted)
        })
        .await;
        let claimed = match pulled {
            Ok((bytes, claimed)) if bytes == image.manifest.bytes && claimed == image.digest() => {
                continue;
            }
            Ok((bytes, _)) if bytes != image.manifest.bytes => digest::of(&bytes),
            Ok((_, claimed)) => claimed,
            Err(OciDistributionError::DigestError(err)) => err.to_string(),
            Err(err) => return Err(registry.failed(&err)),
        };
        return Err(Error::Lied {
            registry: registry.host().to_owned(),
            ours: image.digest().to_owned(),
            claimed,
        });
    }
    Ok(())
}
