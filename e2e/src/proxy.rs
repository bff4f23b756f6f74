//! A proxy between a client and the local AWS. It stops the traffic at a call that the test chooses,
//! lets `DescribeStacks` lag behind the operations, or lets the session expire.

use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::header::CONTENT_LENGTH;
use axum::http::request::Parts;
use axum::response::Response;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use tokio::net::TcpListener;
use tokio::sync::mpsc;

/// Where the traffic stops.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cut {
    /// The call with this number, counted from 1, does not reach the local AWS.
    Before(usize),
    /// The call with this number reaches the local AWS, but its answer does not come back.
    After(usize),
}

/// The actions that begin an operation on a stack. `DescribeStacks` may lag after them.
const OPERATIONS: [&str; 3] = ["ExecuteChangeSet", "DeleteStack", "ContinueUpdateRollback"];

/// Counts the calls, and holds the one at the cut.
#[derive(Debug)]
pub struct Proxy {
    /// Where it listens.
    pub url: String,
    inner: Arc<Inner>,
    held: mpsc::UnboundedReceiver<()>,
}

#[derive(Debug)]
struct Inner {
    upstream: String,
    client: Client<HttpConnector, Body>,
    calls: Mutex<Calls>,
    holds: mpsc::UnboundedSender<()>,
}

#[derive(Debug, Default)]
struct Calls {
    count: usize,
    cut: Option<Cut>,
    operations: Vec<String>,
    /// How many descriptions after an operation show the stack as it was before.
    lag: usize,
    old: Option<Old>,
    /// The session expires with this action.
    last_action: Option<&'static str>,
    is_expired: bool,
}

/// The stack as it was described before an operation.
#[derive(Debug, Clone)]
struct Old {
    description: (axum::http::response::Parts, Bytes),
    left: usize,
}

impl Proxy {
    /// Starts a proxy in front of this endpoint.
    pub async fn new(upstream: String) -> Self {
        let (holds, held) = mpsc::unbounded_channel();
        let inner = Arc::new(Inner {
            upstream,
            client: Client::builder(TokioExecutor::new()).build_http(),
            calls: Mutex::default(),
            holds,
        });
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("its address"));
        let router = Router::new().fallback(pass).with_state(Arc::clone(&inner));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { url, inner, held }
    }

    /// Counts from zero, and stops at `cut` if it is given.
    pub fn cut_at(&mut self, cut: Option<Cut>) {
        while self.held.try_recv().is_ok() {}
        *self.inner.calls() = Calls {
            cut,
            ..Calls::default()
        };
    }

    /// From now on the first `looks` calls of `DescribeStacks` after each operation on a stack show
    /// the stack as it was before.
    pub fn lag(&mut self, looks: usize) {
        *self.inner.calls() = Calls {
            lag: looks,
            ..Calls::default()
        };
    }

    /// The actions since then that began an operation on a stack, as `DeleteStack`.
    pub fn operations(&self) -> Vec<String> {
        self.inner.calls().operations.clone()
    }

    /// Lets the session expire right after an action of `CloudFormation`.
    pub fn expire_after(&self, action: &'static str) {
        self.inner.calls().last_action = Some(action);
    }

    /// Returns when a call is held.
    pub async fn held(&mut self) {
        self.held.recv().await.expect("the proxy runs");
    }

    /// How many calls have come since the last cut was set.
    pub fn count(&self) -> usize {
        self.inner.calls().count
    }
}

impl Calls {
    /// Whether the session had expired before this call.
    fn has_expired(&mut self, body: &[u8]) -> bool {
        let action = self.last_action.map(|action| format!("Action={action}&"));
        let is_last = |action: String| String::from_utf8_lossy(body).contains(&action);
        let had_expired = self.is_expired;
        self.is_expired |= action.is_some_and(is_last);
        had_expired
    }
}

impl Inner {
    fn calls(&self) -> std::sync::MutexGuard<'_, Calls> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn forward(&self, mut parts: Parts, body: impl Into<Body>) -> Response {
        let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
        parts.uri = format!("{}{path}", self.upstream)
            .parse()
            .expect("an address");
        let request = Request::from_parts(parts, body.into());
        let answer = self.client.request(request).await;
        answer.expect("the local AWS answers").map(Body::new)
    }

    /// The old description of the stack, if this call asks for it while it lags.
    async fn old(&self, parts: &Parts, body: &Bytes) -> Option<Response> {
        let text = std::str::from_utf8(body).ok()?;
        let action = field(text, "Action")?;
        if OPERATIONS.contains(&action) {
            self.begin(parts, action, field(text, "StackName")?).await;
        }
        if action != "DescribeStacks" {
            return None;
        }
        let mut calls = self.calls();
        let old = calls.old.as_mut()?;
        old.left = old.left.checked_sub(1)?;
        let (parts, body) = old.description.clone();
        Some(Response::from_parts(parts, Body::from(body)))
    }

    async fn begin(&self, parts: &Parts, action: &str, stack: &str) {
        self.calls().operations.push(action.to_owned());
        let body = format!("Action=DescribeStacks&Version=2010-05-15&StackName={stack}");
        let mut parts = parts.clone();
        parts.headers.remove(CONTENT_LENGTH);
        let (parts, body) = self.forward(parts, body).await.into_parts();
        let body = to_bytes(body, usize::MAX).await.expect("the answer");
        let mut calls = self.calls();
        let left = calls.lag;
        let description = (parts, body);
        calls.old = Some(Old { description, left });
    }

    /// Never returns. The connection ends with the client.
    async fn hold(&self) -> Response {
        let _ = self.holds.send(());
        std::future::pending().await
    }
}

/// How `CloudFormation` answers when the session has expired.
fn expired() -> Response {
    let error = "<ErrorResponse><Error><Type>Sender</Type><Code>ExpiredToken</Code>\
                 <Message>The security token included in the request is expired</Message></Error>\
                 <RequestId>id</RequestId></ErrorResponse>";
    let response = Response::builder()
        .status(403)
        .header("x-amzn-requestid", "id");
    response.body(Body::from(error)).expect("a response")
}

async fn pass(State(inner): State<Arc<Inner>>, request: Request) -> Response {
    let (number, cut) = {
        let mut calls = inner.calls();
        calls.count += 1;
        (calls.count, calls.cut)
    };
    if cut == Some(Cut::Before(number)) {
        return inner.hold().await;
    }
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, usize::MAX).await.expect("the request");
    if inner.calls().has_expired(&body) {
        return expired();
    }
    if let Some(old) = inner.old(&parts, &body).await {
        return old;
    }
    let answer = inner.forward(parts, body).await;
    if cut == Some(Cut::After(number)) {
        return inner.hold().await;
    }
    answer
}

/// The value of a field in the body of a query, still encoded.
fn field<'a>(body: &'a str, name: &str) -> Option<&'a str> {
    let mut fields = body.split('&').filter_map(|field| field.split_once('='));
    fields.find_map(|(key, value)| (key == name).then_some(value))
}
