//! Reads buckets of the local AWS, without the SDK of S3.

use std::io::Read as _;

use flate2::read::GzDecoder;
use http_body_util::{BodyExt as _, Empty};
use hyper::Request;
use hyper::body::Bytes;
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;

use crate::{Account, until};

/// The status and the body of a path, such as `bucket/key`.
pub async fn get(account: &Account, path: &str) -> (u16, Vec<u8>) {
    let scope = "test/20260101/eu-central-1/s3/aws4_request";
    let signed =
        format!("AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host;x-amz-date, Signature=0");
    let request = Request::get(format!("{}/{path}", account.local.endpoint_url()))
        .header("authorization", signed)
        .header("x-amz-date", "20260101T000000Z")
        .header("x-amz-content-sha256", "UNSIGNED-PAYLOAD")
        .body(Empty::<Bytes>::new())
        .expect("a request");
    let client = Client::builder(TokioExecutor::new()).build_http();
    let (parts, body) = client
        .request(request)
        .await
        .expect("an answer")
        .into_parts();
    let body = body.collect().await.expect("a body").to_bytes();
    (parts.status.as_u16(), body.to_vec())
}

/// The keys of the objects in a bucket.
pub async fn keys(account: &Account, bucket: &str) -> Vec<String> {
    let (_, list) = get(account, &format!("{bucket}?list-type=2")).await;
    let list = String::from_utf8_lossy(&list).into_owned();
    let keys = list.split("<Key>").skip(1);
    keys.filter_map(|rest| Some(rest.split_once("</Key>")?.0.to_owned()))
        .collect()
}

/// The lines of all access logs in a bucket.
pub async fn access_log(account: &Account, bucket: &str) -> Vec<String> {
    let mut lines = Vec::new();
    for key in keys(account, bucket).await {
        if !key.ends_with(".log.gz") {
            continue;
        }
        let (_, file) = get(account, &format!("{bucket}/{key}")).await;
        let mut text = String::new();
        GzDecoder::new(&file[..])
            .read_to_string(&mut text)
            .expect("gzip");
        lines.extend(text.lines().map(str::to_owned));
    }
    lines
}

/// Waits until a line of the access logs has `text`, and returns the line.
pub async fn logged(account: &Account, bucket: &str, text: &str) -> String {
    until("the access log", async || {
        let lines = access_log(account, bucket).await;
        lines.into_iter().find(|line| line.contains(text))
    })
    .await
}
