//! A push sends exactly the blobs that the registry lacks.

use std::fs;
use std::time::Duration;

use container::image::push::push;
use container::image::{Error, Image, Pushed, Registry as Target};
use deploy::Output;

use crate::support::registry::{Fault, Registry};
use crate::support::{binary, image, packed};

pub(crate) async fn push_to(
    address: std::net::SocketAddr,
    image: &Image,
    moves_tag: bool,
) -> Result<Pushed, Error> {
    let target = Target::parse(&format!("http://{address}/showtable:1"), None).unwrap();
    // Enough for a request that fails a few times, and short for one that never succeeds.
    let target = target.with_max_wait(Duration::from_secs(3));
    push(image, &target, moves_tag, Output::Quiet).await
}

fn sent(pushed: &Pushed) -> Vec<&str> {
    let blobs = pushed.blobs.iter();
    blobs
        .filter(|blob| blob.was_sent)
        .map(|blob| blob.name)
        .collect()
}

#[tokio::test]
async fn a_second_push_sends_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let image = image(directory.path());
    let registry = Registry::start(Some(Fault::Immutable)).await;
    let first = push_to(registry.address, &image, false).await.unwrap();
    assert_eq!(sent(&first), ["certificates", "binary", "assets", "config"]);
    assert!(registry.has_manifest(image.digest()) && registry.has_manifest("1"));
    let host = registry.address;
    assert_eq!(first.image, format!("{host}/showtable@{}", image.digest()));
    let second = push_to(registry.address, &image, false).await.unwrap();
    assert!(sent(&second).is_empty(), "{second:?}");
}

#[tokio::test]
async fn a_new_style_sheet_is_sent_alone() {
    let directory = tempfile::tempdir().unwrap();
    let registry = Registry::start(None).await;
    let before = image(directory.path());
    push_to(registry.address, &before, false).await.unwrap();
    let css = directory.path().join("static/css/showtable.css");
    fs::write(css, "body { color: red }").unwrap();
    let after = packed(directory.path());
    let pushed = push_to(registry.address, &after, true).await.unwrap();
    assert_eq!(sent(&pushed), ["assets", "config"]);
}

#[tokio::test]
async fn a_tag_of_another_image_is_moved_only_when_told_to() {
    let directory = tempfile::tempdir().unwrap();
    let registry = Registry::start(None).await;
    let theirs = image(directory.path());
    push_to(registry.address, &theirs, false).await.unwrap();
    fs::write(directory.path().join("showtable"), binary(183)).unwrap();
    let ours = packed(directory.path());
    let err = push_to(registry.address, &ours, false).await.unwrap_err();
    let text = err.to_string();
    for part in [theirs.digest(), ours.digest(), "--move-tag"] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(!registry.has_blob(&ours.layers[1].blob.digest), "{text}");
    push_to(registry.address, &ours, true).await.unwrap();
    assert!(registry.has_manifest(ours.digest()));
}
