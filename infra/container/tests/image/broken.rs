//! Registries and connections that fail.

use container::image::Error;

use crate::push::push_to;
use crate::support::image;
use crate::support::line::Line;
use crate::support::registry::{Fault, Registry};

/// A number of bytes: more than all requests before the binary, less than the binary.
const HALF: u64 = 150_000;

#[tokio::test]
async fn a_connection_that_breaks_once_does_no_harm() {
    let directory = tempfile::tempdir().unwrap();
    let image = image(directory.path());
    let registry = Registry::start(None).await;
    let line = Line::to(registry.address, 1, HALF).await;
    push_to(line.address, &image, false).await.unwrap();
    assert!(registry.has_manifest(image.digest()));
}

#[tokio::test]
async fn the_next_push_completes_an_interrupted_one() {
    let directory = tempfile::tempdir().unwrap();
    let image = image(directory.path());
    let registry = Registry::start(None).await;
    let line = Line::to(registry.address, usize::MAX, HALF).await;
    let err = push_to(line.address, &image, false).await.unwrap_err();
    assert!(matches!(err, Error::Interrupted { .. }), "{err}");
    assert!(err.to_string().contains("run the command again"), "{err}");
    assert!(!registry.has_manifest(image.digest()));
    let pushed = push_to(registry.address, &image, false).await.unwrap();
    let was_sent: Vec<_> = pushed.blobs.iter().map(|blob| blob.was_sent).collect();
    assert_eq!(was_sent, [false, true, true, true]);
}

#[tokio::test]
async fn an_upload_that_fails_twice_is_repeated() {
    let directory = tempfile::tempdir().unwrap();
    let image = image(directory.path());
    let registry = Registry::start(Some(Fault::FailsUploads(2))).await;
    push_to(registry.address, &image, false).await.unwrap();
    assert!(registry.has_manifest(image.digest()));
}

#[tokio::test]
async fn the_claims_of_a_registry_are_checked() {
    for fault in [Fault::ClaimsAnotherDigest, Fault::ChangesManifest] {
        let directory = tempfile::tempdir().unwrap();
        let image = image(directory.path());
        let registry = Registry::start(Some(fault)).await;
        let err = push_to(registry.address, &image, false).await.unwrap_err();
        assert!(
            matches!(err, Error::DigestMismatch { .. }),
            "{fault:?}: {err}"
        );
        let text = err.to_string();
        assert!(text.contains(image.digest()), "{fault:?}: {text}");
        assert!(text.contains("do not deploy"), "{fault:?}: {text}");
        assert_eq!(text.lines().count(), 1, "{fault:?}: {text}");
    }
}

#[tokio::test]
async fn a_user_who_may_not_push_reads_how_to_log_in() {
    let directory = tempfile::tempdir().unwrap();
    let image = image(directory.path());
    let registry = Registry::start(Some(Fault::Forbids)).await;
    let err = push_to(registry.address, &image, false).await.unwrap_err();
    assert!(matches!(err, Error::Forbidden { .. }), "{err}");
    assert!(err.to_string().contains("REGISTRY_PASSWORD"), "{err}");
}
