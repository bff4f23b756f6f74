//! From an image in the registry to a program on this machine.

mod layers;
mod program;

pub(crate) use self::program::{Program, program};
use crate::account::Account;

/// An image in the local AWS's registry.
#[derive(Debug)]
pub(crate) struct Image {
    /// The name in the task definition.
    name: String,
    /// The name with its digest, as a client pulls it.
    pub(crate) reference: String,
    digest: String,
    manifest: String,
}

/// The image, if `image` names one in the local AWS's registry; otherwise `None`.
///
/// # Errors
/// ECS's message for an image that does not exist.
pub(crate) fn find(account: &Account, image: &str) -> Result<Option<Image>, String> {
    let Some(rest) = image.strip_prefix(&format!("{}/", account.endpoint)) else {
        return Ok(None);
    };
    let (name, reference) = split(rest);
    let found = account.read(|state| {
        let repository = state.repositories.get(name)?;
        let digest = repository.digest(reference)?;
        Some((digest.to_owned(), repository.manifests[digest].text.clone()))
    });
    let (digest, manifest) = found.ok_or_else(|| not_found(image))?;
    Ok(Some(Image {
        name: image.to_owned(),
        reference: format!("{}/{name}@{digest}", account.endpoint),
        digest,
        manifest,
    }))
}

fn not_found(image: &str) -> String {
    format!("CannotPullContainerError: failed to resolve ref {image}: {image}: not found")
}

/// `name@sha256:…`, `name:tag`, or a name whose tag is `latest`.
fn split(image: &str) -> (&str, &str) {
    image
        .split_once('@')
        .or_else(|| image.rsplit_once(':'))
        .unwrap_or((image, "latest"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_is_a_digest_or_a_tag() {
        for (image, expected) in [
            ("a/b@sha256:00", ("a/b", "sha256:00")),
            ("a/b:1", ("a/b", "1")),
            ("a/b", ("a/b", "latest")),
        ] {
            assert_eq!(split(image), expected);
        }
    }
}
