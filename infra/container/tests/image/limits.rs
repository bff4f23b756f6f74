//! Registries that limit requests or ask for a login.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use container::image::push::push;
use container::image::{Error, Login, Registry as Target};
use deploy::Output;
use oci_spec::distribution::Reference;

use crate::push::push_to;
use crate::support::image;
use crate::support::registry::{Fault, Pause, Registry};

fn target(address: SocketAddr, login: Login) -> Target {
    let reference = Reference::with_tag(address.to_string(), "showtable".into(), "1".into());
    Target::with_login(reference, login, true)
}

#[tokio::test]
async fn a_registry_that_limits_every_kind_of_request_still_gets_the_image() {
    let directory = tempfile::tempdir().unwrap();
    let image = image(directory.path());
    let registry = Registry::start(Some(Fault::Limits(1))).await;
    push_to(registry.address, &image, false).await.unwrap();
    assert!(registry.has_manifest(image.digest()) && registry.has_manifest("1"));
    let kinds: BTreeSet<_> = registry.kinds().into_keys().collect();
    let expected = [
        "GET /token",
        "GET /v2/",
        "GET manifests/",
        "GET manifests/1",
        "HEAD blobs/",
        "HEAD manifests/1",
        "POST blobs/uploads/",
        "PUT blobs/uploads/1",
        "PUT manifests/1",
    ];
    assert_eq!(kinds, expected.map(str::to_owned).into());
}

#[tokio::test]
async fn a_push_waits_for_the_pause_that_a_registry_asks_for() {
    for pause in [Pause::Seconds(1), Pause::Until(2)] {
        let directory = tempfile::tempdir().unwrap();
        let image = image(directory.path());
        let registry = Registry::start(Some(Fault::Pauses(pause))).await;
        let target = target(registry.address, Login::Anonymous);
        push(&image, &target, false, Output::Quiet).await.unwrap();
        assert!(registry.has_manifest(image.digest()), "{pause:?}");
        assert_eq!(registry.early(), 0, "{pause:?}");
    }
}

#[tokio::test]
async fn a_pause_that_is_too_long_is_reported() {
    for pause in [Pause::Seconds(3600), Pause::Until(3600)] {
        let directory = tempfile::tempdir().unwrap();
        let image = image(directory.path());
        let registry = Registry::start(Some(Fault::Pauses(pause))).await;
        let err = push_to(registry.address, &image, false).await.unwrap_err();
        assert!(matches!(err, Error::Limited { .. }), "{err}");
        let text = err.to_string();
        let said = text.contains(" 1h,") || text.contains(" 59m 59s,");
        assert!(said && text.contains("run the command again"), "{text}");
        assert_eq!(registry.kinds()["PUT manifests/1"], 1, "{pause:?}");
    }
}

#[tokio::test]
async fn a_registry_that_falls_silent_ends_the_push() {
    let directory = tempfile::tempdir().unwrap();
    let image = image(directory.path());
    let registry = Registry::start(Some(Fault::FallsSilent)).await;
    let target = target(registry.address, Login::Anonymous);
    let target = target.with_max_wait(Duration::from_millis(500));
    let pushed = push(&image, &target, false, Output::Quiet).await;
    let err = pushed.unwrap_err();
    assert!(matches!(err, Error::Interrupted { .. }), "{err}");
    assert!(err.to_string().contains("no response came"), "{err}");
}

#[tokio::test]
async fn a_login_that_expires_during_a_push_is_renewed() {
    let directory = tempfile::tempdir().unwrap();
    let image = image(directory.path());
    let registry = Registry::start(Some(Fault::ExpiresTokens(3))).await;
    push_to(registry.address, &image, false).await.unwrap();
    assert!(registry.has_manifest(image.digest()));
    assert!(registry.tokens() > 3, "{}", registry.tokens());
}

#[tokio::test]
async fn a_login_goes_to_no_other_host() {
    let directory = tempfile::tempdir().unwrap();
    let image = image(directory.path());
    let elsewhere = Registry::start(None).await;
    let registry = Registry::start(Some(Fault::UploadsAt(elsewhere.address))).await;
    let login = Login::Password {
        username: "me".to_owned(),
        password: "secret-of-a-test".into(),
    };
    let target = target(registry.address, login);
    push(&image, &target, false, Output::Quiet).await.unwrap();
    assert!(elsewhere.has_blob(&image.config.digest));
    assert!(elsewhere.logins().is_empty(), "{:?}", elsewhere.logins());
    let sent = format!("Basic {}", STANDARD.encode("me:secret-of-a-test"));
    assert_eq!(registry.logins(), [sent].into());
}
