//! Registries and lines that do not do what they should.

use container::image::Error;

use crate::push::push_to;
use crate::support::image;
use crate::support::line::Line;
use crate::support::registry::{Registry, Vice};

/// More than the requests before the binary, less than the binary.
const HALF: u64 = 150_000;

#[tokio::test]
async fn a_line_that_breaks_once_is_not_noticed() {
    let directory = tempfile::tempdir().unwrap();
    let image = image(directory.path());
    let registry = Registry::start(None).await;
    let line = Line::to(registry.address, 1, HALF).await;
    push_to(line.address, &image, false).await.unwrap();
    assert!(registry.has_manifest(image.digest()));
}

#[tokio::test]
async fn what_was_interrupted_is_completed_by_the_next_push() {
    let directory = tempfile::tempdir().unwrap();
    let image = image(directory.path());
    let registry = Registry::start(None).await;
    let line = Line::to(registry.address, usize::MAX, HALF).await;
    let err = push_to(line.address, &image, false).await.unwrap_err();
    assert!(matches!(err, Error::Interrupted { .. }), "{err}");
    assert!(err.to_string().contains("run this again"), "{err}");
    assert!(!registry.has_manifest(image.digest()));
    let pushed = push_to(registry.address, &image, false).await.unwrap();
    let was_sent: Vec<_> = pushed.blobs.iter().map(|blob| blob.was_sent).collect();
    assert_eq!(was_sent, [false, true, true, true]);
}

#[tokio::test]
async fn a_registry_that_stumbles_is_asked_again() {
    let directory = tempfile::tempdir().unwrap();
    let image = image(directory.path());
    let registry = Registry::start(Some(Vice::Stumbles(2))).await;
    push_to(registry.address, &image, false).await.unwrap();
    assert!(registry.has_manifest(image.digest()));
}

#[tokio::test]
async fn what_a_registry_claims_is_not_believed() {
    for vice in [Vice::LiesAboutDigest, Vice::ChangesManifest] {
        let directory = tempfile::tempdir().unwrap();
        let image = image(directory.path());
        let registry = Registry::start(Some(vice)).await;
        let err = push_to(registry.address, &image, false).await.unwrap_err();
        assert!(matches!(err, Error::Lied { .. }), "{vice:?}: {err}");
        let text = err.to_string();
        assert!(text.contains(image.digest()), "{vice:?}: {text}");
        assert!(text.contains("do not deploy"), "{vice:?}: {text}");
        assert_eq!(text.lines().count(), 1, "{vice:?}: {text}");
    }
}

#[tokio::test]
async fn who_may_not_push_is_told_how_to_log_in() {
    let directory = tempfile::tempdir().unwrap();
    let image = image(directory.path());
    let registry = Registry::start(Some(Vice::Forbids)).await;
    let err = push_to(registry.address, &image, false).await.unwrap_err();
    assert!(matches!(err, Error::Forbidden { .. }), "{err}");
    assert!(err.to_string().contains("REGISTRY_PASSWORD"), "{err}");
}
