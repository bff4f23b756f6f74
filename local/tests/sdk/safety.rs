//! The local AWS as a server: who is answered, and what its files show.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use aws_sdk_ssm::types::ParameterType;
use e2e::{Account, options};
use reqwest::{Client, Method};
use serde_json::{Value, json};

/// An administrator, as every program of this machine is.
const SIGNED: &str = "AWS4-HMAC-SHA256 Credential=any/20260101/eu-central-1/ssm/aws4_request, SignedHeaders=host, Signature=0";

fn client() -> Client {
    Client::builder().no_proxy().build().unwrap()
}

/// Asks for the parameter `/secret` with these headers. Returns the status and the text.
async fn ask(account: &Account, headers: &[(&str, &str)]) -> (u16, String) {
    let mut request = client()
        .post(account.local.endpoint_url())
        .header("authorization", SIGNED)
        .header("x-amz-target", "AmazonSSM.GetParameter")
        .body(r#"{"Name": "/secret", "WithDecryption": true}"#);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let response = request.send().await.unwrap();
    (response.status().as_u16(), response.text().await.unwrap())
}

async fn put_secret(account: &Account) {
    let ssm = aws_sdk_ssm::Client::new(&account.config);
    let put = ssm.put_parameter().name("/secret").value("hidden");
    put.r#type(ParameterType::SecureString)
        .send()
        .await
        .unwrap();
}

#[tokio::test]
async fn a_web_page_gets_nothing_and_a_program_everything() {
    let account = Account::new().await;
    put_secret(&account).await;
    let own = account.local.endpoint_url();
    let host = own.trim_start_matches("http://").to_owned();
    for headers in [
        vec![],
        vec![("host", "localhost:4566")],
        vec![("origin", own.as_str()), ("sec-fetch-site", "same-origin")],
    ] {
        let (status, text) = ask(&account, &headers).await;
        assert!(
            status == 200 && text.contains("hidden"),
            "{headers:?}: {text}"
        );
    }
    for (headers, says) in [
        (
            vec![("host", "evil.example")],
            "does not answer under the name evil.example: use http://127.0.0.1:",
        ),
        (
            vec![
                ("host", "evil.example"),
                ("origin", "http://evil.example"),
                ("sec-fetch-site", "same-origin"),
            ],
            "under the name evil.example",
        ),
        (
            vec![("origin", "http://evil.example")],
            "does not answer the web page http://evil.example",
        ),
        (vec![("origin", "null")], "the web page null"),
        (
            vec![("sec-fetch-site", "cross-site")],
            "does not answer other web pages",
        ),
    ] {
        let (status, text) = ask(&account, &headers).await;
        assert!(status == 403 && text.contains(says), "{headers:?}: {text}");
        assert!(!text.contains("hidden"));
    }
    // The registry, the signals to wait conditions, the agent, and the page.
    for (method, path) in [
        (Method::GET, "/v2/"),
        (Method::PUT, "/_task/v4/x"),
        (Method::GET, "/_local/events"),
        (Method::GET, "/_local/explain?from=task&to=ssm"),
        (Method::OPTIONS, "/bucket/key"),
        (Method::GET, "/"),
    ] {
        let url = format!("{own}{path}");
        let request = client().request(method.clone(), &url);
        let response = request.header("host", "evil.example").send().await.unwrap();
        assert_eq!(response.status().as_u16(), 403, "{method} {path}");
        assert!(
            response
                .headers()
                .get("access-control-allow-origin")
                .is_none()
        );
    }
    let page = client().get(&own).header("host", &host);
    let page = page.header("sec-fetch-site", "cross-site");
    let page = page
        .header("sec-fetch-mode", "navigate")
        .header("sec-fetch-dest", "document");
    assert_eq!(page.send().await.unwrap().status().as_u16(), 200);
    account.local.stop().await;
}

#[tokio::test]
async fn another_name_is_answered_if_an_option_says_so() {
    let account = Account::with(&local::Options {
        host: vec!["work.example.com".into()],
        ..options()
    })
    .await;
    put_secret(&account).await;
    let forwarded = [
        ("host", "work.example.com"),
        ("origin", "https://work.example.com"),
    ];
    assert_eq!(ask(&account, &forwarded).await.0, 200);
    assert_eq!(ask(&account, &[("host", "example.com")]).await.0, 403);
    account.local.stop().await;
}

#[tokio::test]
async fn only_the_developer_can_read_the_data_directory() {
    let outer = tempfile::tempdir().unwrap();
    let data = outer.path().join("data");
    let account = Account::with(&local::Options {
        data: Some(data.clone()),
        ..options()
    })
    .await;
    put_secret(&account).await;
    account.local.stop().await;
    let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&data), 0o700);
    for file in std::fs::read_dir(&data).unwrap() {
        let path = file.unwrap().path();
        let expected = if path.is_dir() { 0o700 } else { 0o600 };
        assert_eq!(mode(&path), expected, "{}", path.display());
    }
    for file in ["state.json", "dynamodb.sqlite", "registry", "objects"] {
        assert!(data.join(file).exists(), "{file}");
    }
}

#[tokio::test]
async fn no_manifest_is_too_large_to_be_counted() {
    let account = Account::new().await;
    let own = account.local.endpoint_url();
    let ecr = aws_sdk_ecr::Client::new(&account.config);
    ecr.create_repository()
        .repository_name("app")
        .send()
        .await
        .unwrap();
    let client = client();
    let send = async |method: Method, path: &str, body: String| {
        let request = client.request(method, format!("{own}/v2/app/{path}"));
        let sent = request.basic_auth("AWS", Some("local")).body(body).send();
        sent.await.unwrap()
    };
    let digest = "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a";
    let upload = format!("blobs/uploads/?digest={digest}");
    let wrong = send(Method::POST, &upload, "[]".into()).await;
    assert_eq!(wrong.status().as_u16(), 400);
    let refused: Value = serde_json::from_str(&wrong.text().await.unwrap()).unwrap();
    assert_eq!(refused["errors"][0]["code"], "DIGEST_INVALID");
    let kept = send(Method::POST, &upload, "{}".into()).await;
    assert_eq!(kept.status().as_u16(), 201);
    let blob = json!({"digest": digest, "size": u64::MAX});
    let manifest = json!({"config": blob, "layers": [blob, blob]}).to_string();
    let put = send(Method::PUT, "manifests/v1", manifest).await;
    assert_eq!(put.status().as_u16(), 201);
    account.local.stop().await;
}
