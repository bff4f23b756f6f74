//! A small HTTP client: what a browser would send.

use base64::Engine as _;
use http_body_util::{BodyExt as _, Full};
use hyper::body::Bytes;
use hyper::{HeaderMap, Request};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;

/// A response as a test reads it. The status is 0 if there was none, or if it broke off.
#[derive(Debug)]
pub struct Answer {
    /// The status, or 0.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub text: String,
}

impl Answer {
    /// A header, if it is there and is text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

/// Gets a URL without a login.
pub async fn get(url: &str) -> Answer {
    send(Request::get(url).body(Full::default()).expect("a request")).await
}

/// Gets a path with a login, `user:password`.
pub async fn get_as(base: &str, path: &str, login: &str) -> Answer {
    let request = Request::get(format!("{base}{path}")).header("authorization", basic(login));
    send(request.body(Full::default()).expect("a request")).await
}

/// Posts a body with a login, `user:password`.
pub async fn post_as(base: &str, path: &str, login: &str, body: Vec<u8>) -> Answer {
    let request = Request::post(format!("{base}{path}")).header("authorization", basic(login));
    send(request.body(Full::from(body)).expect("a request")).await
}

/// Puts a body.
pub async fn put(url: &str, body: String) -> Answer {
    send(Request::put(url).body(Full::from(body)).expect("a request")).await
}

fn basic(login: &str) -> String {
    format!(
        "Basic {}",
        base64::engine::general_purpose::STANDARD.encode(login)
    )
}

async fn send(request: Request<Full<Bytes>>) -> Answer {
    let client = Client::builder(TokioExecutor::new()).build_http();
    let Ok(response) = client.request(request).await else {
        return Answer {
            status: 0,
            headers: HeaderMap::new(),
            text: String::new(),
        };
    };
    let (parts, body) = response.into_parts();
    let text = body
        .collect()
        .await
        .map(|body| String::from_utf8_lossy(&body.to_bytes()).into_owned());
    Answer {
        status: if text.is_ok() {
            parts.status.as_u16()
        } else {
            0
        },
        headers: parts.headers,
        text: text.unwrap_or_default(),
    }
}
