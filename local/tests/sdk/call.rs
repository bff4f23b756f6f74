//! Calls of services whose SDK is not in this workspace: as any client would send them.

use e2e::Account;
use http_body_util::{BodyExt as _, Full};
use hyper::body::{Bytes, Incoming as Body};
use hyper::http::response::Parts;
use hyper::{Method, Request};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use serde_json::Value;

/// The status of a response, and its body.
pub(crate) struct Response {
    pub(crate) status: u16,
    pub(crate) text: String,
}

impl Response {
    /// The output of a JSON action.
    pub(crate) fn output(self) -> Value {
        assert_eq!(self.status, 200, "{}", self.text);
        serde_json::from_str(&self.text).expect("JSON")
    }

    /// The code and the message of a JSON action's error.
    pub(crate) fn error(&self) -> (String, String) {
        assert_ne!(self.status, 200, "{}", self.text);
        let body: Value = serde_json::from_str(&self.text).expect("JSON");
        let member = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
        (member("__type"), member("message"))
    }
}

/// Calls an action of a JSON service.
pub(crate) async fn json(
    account: &Account,
    service: &str,
    action: &str,
    input: &Value,
) -> Response {
    let request = Request::post(account.local.endpoint_url())
        .header("x-amz-target", format!("Target.{action}"))
        .header("content-type", "application/x-amz-json-1.1");
    send(request, service, "eu-central-1", input.to_string()).await
}

/// Calls an action of a JSON service whose answer is a stream.
pub(crate) async fn stream(account: &Account, service: &str, action: &str, input: &Value) -> Body {
    let request = Request::post(account.local.endpoint_url())
        .header("x-amz-target", format!("Target.{action}"))
        .header("content-type", "application/x-amz-json-1.1");
    let (parts, body) = open(request, service, "eu-central-1", input.to_string()).await;
    assert_eq!(parts.status.as_u16(), 200);
    body
}

/// Calls a service with a form.
pub(crate) async fn query(account: &Account, service: &str, form: &str) -> Response {
    query_in(account, "eu-central-1", service, form).await
}

/// Calls a service of another region with a form.
pub(crate) async fn query_in(
    account: &Account,
    region: &str,
    service: &str,
    form: &str,
) -> Response {
    let request = Request::post(account.local.endpoint_url())
        .header("content-type", "application/x-www-form-urlencoded");
    send(request, service, region, form.to_owned()).await
}

/// Writes an object to S3. Returns its URL.
pub(crate) async fn put_object(account: &Account, bucket: &str, key: &str, body: &str) -> String {
    let url = format!("{}/{bucket}/{key}", account.local.endpoint_url());
    let request = Request::put(&url).header("x-amz-content-sha256", "UNSIGNED-PAYLOAD");
    let response = send(request, "s3", "eu-central-1", body.to_owned()).await;
    assert_eq!(response.status, 200, "{}", response.text);
    url
}

/// Reads an object of S3, or a part of a bucket's configuration.
pub(crate) async fn get_s3(account: &Account, path: &str) -> Response {
    let url = format!("{}/{path}", account.local.endpoint_url());
    let request = Request::get(url).header("x-amz-content-sha256", "UNSIGNED-PAYLOAD");
    send(request, "s3", "eu-central-1", String::new()).await
}

/// Calls a service whose actions are paths.
pub(crate) async fn rest(
    account: &Account,
    service: &str,
    method: Method,
    path: &str,
    body: &str,
) -> Response {
    let request = Request::builder()
        .method(method)
        .uri(format!("{}{path}", account.local.endpoint_url()));
    send(request, service, "us-east-1", body.to_owned()).await
}

/// As [`rest`], for a service of the region.
pub(crate) async fn regional_rest(
    account: &Account,
    service: &str,
    method: Method,
    path: &str,
    body: &str,
) -> Response {
    let request = Request::builder()
        .method(method)
        .uri(format!("{}{path}", account.local.endpoint_url()))
        .header("x-amz-content-sha256", "UNSIGNED-PAYLOAD");
    send(request, service, "eu-central-1", body.to_owned()).await
}

async fn send(
    request: hyper::http::request::Builder,
    service: &str,
    region: &str,
    body: String,
) -> Response {
    let (parts, body) = open(request, service, region, body).await;
    let body = body.collect().await.expect("a body").to_bytes();
    Response {
        status: parts.status.as_u16(),
        text: String::from_utf8_lossy(&body).into_owned(),
    }
}

/// Sends a request, and returns the head of the response and the body that is still to come.
async fn open(
    request: hyper::http::request::Builder,
    service: &str,
    region: &str,
    body: String,
) -> (Parts, Body) {
    let scope = format!("AKIDEXAMPLE/20260101/{region}/{service}/aws4_request");
    let signed =
        format!("AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host;x-amz-date, Signature=0");
    let request = request
        .header("authorization", signed)
        .header("x-amz-date", "20260101T000000Z")
        .body(Full::new(Bytes::from(body)))
        .expect("a request");
    let client = Client::builder(TokioExecutor::new()).build_http();
    let response = client.request(request).await.expect("an answer");
    response.into_parts()
}
