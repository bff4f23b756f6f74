//! Users for whom a load balancer vouches. The test is the load balancer, and serves its public key.

use std::sync::Arc;
use std::sync::atomic::{AtomicU16, AtomicUsize, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use axum::Router;
use axum::http::StatusCode;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use crate::support::{Answer, Client, TestApp};

const SIGNER: &str =
    "arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/app/web/1";
const KEY: &str = "12345678-1234-1234-1234-123456789012";

/// A load balancer, and the app that believes it.
struct Scene {
    app: TestApp,
    key: EcdsaKeyPair,
    /// The status of the answers about keys.
    status: Arc<AtomicU16>,
    asked: Arc<AtomicUsize>,
}

fn key() -> EcdsaKeyPair {
    EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap()
}

/// A public key in PEM, as AWS serves it.
fn pem(key: &EcdsaKeyPair) -> String {
    let prefix = STANDARD
        .decode("MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgA=")
        .unwrap();
    let spki = STANDARD.encode([&prefix[..], key.public_key().as_ref()].concat());
    let (first, second) = spki.split_at(64);
    format!("-----BEGIN PUBLIC KEY-----\n{first}\n{second}\n-----END PUBLIC KEY-----\n")
}

impl Scene {
    async fn new() -> Self {
        let key = key();
        let (status, asked) = (Arc::new(AtomicU16::new(200)), Arc::new(AtomicUsize::new(0)));
        let (pem, given, count) = (pem(&key), Arc::clone(&status), Arc::clone(&asked));
        let keys = Router::new().fallback(async move || {
            count.fetch_add(1, Ordering::Relaxed);
            let status = StatusCode::from_u16(given.load(Ordering::Relaxed)).unwrap();
            (status, pem)
        });
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/keys/", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, keys).await });
        let app = TestApp::start_with(&[
            "--oidc-signer",
            SIGNER,
            "--oidc-issuer",
            "https://id",
            "--oidc-client",
            "app",
            "--elb-public-keys-url",
            &url,
        ])
        .await;
        Self {
            app,
            key,
            status,
            asked,
        }
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::Relaxed)
    }

    fn bearing(&self, token: &str) -> Client {
        self.app.nobody().header("x-amzn-oidc-data", token)
    }

    async fn get(&self, token: &str) -> Answer {
        self.bearing(token).get("/query").await
    }
}

/// A token with another field in its header.
fn token(key: &EcdsaKeyPair, change: (&str, Value)) -> String {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap()
        .as_secs();
    let mut header = json!({
        "alg": "ES256", "kid": KEY, "signer": SIGNER, "iss": "https://id", "client": "app", "exp": now + 120,
    });
    header[change.0] = change.1;
    let claims = json!({"sub": "1", "email": "anna@example.com"});
    let part = |value: &Value| URL_SAFE.encode(value.to_string());
    let signed = format!("{}.{}", part(&header), part(&claims));
    let signature = key.sign(&SystemRandom::new(), signed.as_bytes()).unwrap();
    format!("{signed}.{}", URL_SAFE.encode(signature))
}

fn good(key: &EcdsaKeyPair) -> String {
    token(key, ("alg", json!("ES256")))
}

#[tokio::test]
async fn the_signature_of_the_load_balancer_lets_in_and_nothing_else_does() {
    let scene = Scene::new().await;
    let without = scene.app.anna().get("/query").await;
    assert_eq!(without.status, 401, "not even a password");
    assert_eq!(
        without.header("www-authenticate"),
        "",
        "nobody is asked for one"
    );
    assert_eq!(scene.get(&good(&scene.key)).await.status, 200);
    for (change, why) in [
        (("alg", json!("none")), "algorithm"),
        (
            (
                "signer",
                json!("arn:aws:elasticloadbalancing:eu-central-1:666:loadbalancer/app/evil/1"),
            ),
            "signer",
        ),
        (("iss", json!("https://evil")), "issuer"),
        (("client", json!("other")), "client"),
        (("exp", json!(1_000_000_000)), "time"),
        (("kid", json!("../../../x")), "key"),
    ] {
        assert_eq!(
            scene.get(&token(&scene.key, change)).await.status,
            401,
            "{why}"
        );
    }
    let forged = good(&key());
    assert_eq!(
        scene.get(&forged).await.status,
        401,
        "another key has signed it"
    );
    let token = good(&scene.key);
    let (signed, signature) = token.rsplit_once('.').unwrap();
    let (header, _) = signed.split_once('.').unwrap();
    let claims = URL_SAFE.encode(json!({"sub": "root"}).to_string());
    let changed = format!("{header}.{claims}.{signature}");
    assert_eq!(scene.get(&changed).await.status, 401, "it was changed");
    for bad in ["", "x", "a.b.c", "..", "Basic YW5uYTpzZWNyZXQ="] {
        assert_eq!(scene.get(bad).await.status, 401, "{bad}");
    }
    assert_eq!(scene.asked(), 1, "a key is read once");
}

#[tokio::test]
async fn a_key_is_read_once_for_all_who_wait_for_it() {
    let scene = Scene::new().await;
    let token = good(&scene.key);
    let mut all = JoinSet::new();
    for _ in 0..20 {
        let client = scene.bearing(&token);
        all.spawn(async move { client.get("/query").await.status });
    }
    assert!(all.join_all().await.iter().all(|status| *status == 200));
    assert_eq!(scene.asked(), 1);
}

#[tokio::test]
async fn nobody_is_let_in_unchecked_while_the_keys_cannot_be_read() {
    let scene = Scene::new().await;
    scene.status.store(500, Ordering::Relaxed);
    let token = good(&scene.key);
    let late = scene.get(&token).await;
    assert_eq!(late.status, 503);
    assert_eq!(late.header("retry-after"), "5");
    assert!(late.body.contains("cannot be checked now"), "{}", late.body);
    scene.status.store(200, Ordering::Relaxed);
    assert_eq!(scene.get(&token).await.status, 200, "it recovers by itself");
}

#[tokio::test]
async fn an_id_of_no_key_is_asked_for_once_a_minute() {
    let scene = Scene::new().await;
    scene.status.store(403, Ordering::Relaxed);
    let token = token(
        &scene.key,
        ("kid", json!("12345678-1234-1234-1234-000000000000")),
    );
    for _ in 0..5 {
        assert_eq!(scene.get(&token).await.status, 401);
    }
    assert_eq!(scene.asked(), 1);
    scene.status.store(200, Ordering::Relaxed);
    assert_eq!(scene.get(&good(&scene.key)).await.status, 200);
}

#[tokio::test]
async fn the_options_of_a_login_belong_together() {
    let stub = crate::support::Stub::start().await;
    for arguments in [
        &["--oidc-signer", SIGNER][..],
        &[
            "--oidc-signer",
            SIGNER,
            "--oidc-issuer",
            "https://id",
            "--oidc-client",
            " ",
        ],
    ] {
        let err = crate::support::load(&stub.endpoint(), arguments)
            .await
            .unwrap_err();
        assert!(err.to_string().contains("belong together"), "{err}");
    }
}
