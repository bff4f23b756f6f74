//! An HTTP client that does exactly what a test says.

use std::net::SocketAddr;

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, header};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper_util::client::legacy;
use hyper_util::rt::TokioExecutor;
use serde_json::Value;

/// One user's browser.
#[derive(Clone)]
pub(crate) struct Client {
    address: SocketAddr,
    headers: HeaderMap,
}

/// A complete response.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Client {
    pub(crate) fn new(address: SocketAddr) -> Self {
        Self {
            address,
            headers: HeaderMap::new(),
        }
    }

    pub(crate) fn login(self, user: &str, password: &str) -> Self {
        let login = BASE64_STANDARD.encode(format!("{user}:{password}"));
        self.header(header::AUTHORIZATION.as_str(), &format!("Basic {login}"))
    }

    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        let name: header::HeaderName = name.parse().unwrap();
        self.headers
            .insert(name, HeaderValue::from_str(value).unwrap());
        self
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, Body::empty()).await
    }

    /// The headers of the response to a GET.
    pub(crate) async fn head(&self, path: &str) -> Answer {
        self.send(Method::HEAD, path, Body::empty()).await
    }

    pub(crate) async fn send(&self, method: Method, path: &str, body: Body) -> Answer {
        let (parts, body) = self.open(method, path, body).await.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        let body = String::from_utf8(bytes.to_vec()).unwrap();
        Answer {
            status: parts.status,
            headers: parts.headers,
            body,
        }
    }
}

impl Client {
    /// A response whose body is not read yet.
    pub(crate) async fn open(&self, method: Method, path: &str, body: Body) -> Response<Incoming> {
        let uri = format!("http://{}{path}", self.address);
        let mut request = Request::builder()
            .method(method)
            .uri(uri)
            .body(body)
            .unwrap();
        request.headers_mut().extend(self.headers.clone());
        let client = legacy::Client::builder(TokioExecutor::new()).build_http();
        client.request(request).await.unwrap()
    }
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    /// The address behind "Next page".
    pub(crate) fn next(&self) -> Option<String> {
        let (before, _) = self.body.split_once(r#"" rel="next""#)?;
        let (_, address) = before.rsplit_once(r#"href=""#)?;
        Some(address.replace("&amp;", "&"))
    }
}
