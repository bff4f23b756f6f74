//! Something between a client and the twin that stops the traffic at a call of the test's choice.

use std::sync::{Arc, Mutex, PoisonError};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::response::Response;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use tokio::net::TcpListener;
use tokio::sync::mpsc;

/// Where the traffic stops.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cut {
    /// The call with this number, counted from 1, does not reach the twin.
    Before(usize),
    /// The call with this number reaches the twin, but its answer does not come back.
    After(usize),
}

/// Counts the calls, and holds the one at the cut.
pub(crate) struct Proxy {
    pub(crate) url: String,
    inner: Arc<Inner>,
    held: mpsc::UnboundedReceiver<()>,
}

struct Inner {
    upstream: String,
    client: Client<HttpConnector, Body>,
    calls: Mutex<Calls>,
    holds: mpsc::UnboundedSender<()>,
}

#[derive(Default)]
struct Calls {
    count: usize,
    cut: Option<Cut>,
}

impl Proxy {
    pub(crate) async fn new(upstream: String) -> Self {
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

    /// Counts anew, and stops at `cut`, if there is one.
    pub(crate) fn cut_at(&mut self, cut: Option<Cut>) {
        while self.held.try_recv().is_ok() {}
        *self.inner.calls() = Calls { count: 0, cut };
    }

    /// Returns when a call is held.
    pub(crate) async fn held(&mut self) {
        self.held.recv().await.expect("the proxy runs");
    }

    /// How many calls have come since the last cut was set.
    pub(crate) fn count(&self) -> usize {
        self.inner.calls().count
    }
}

impl Inner {
    fn calls(&self) -> std::sync::MutexGuard<'_, Calls> {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Never returns; the connection ends with the client.
    async fn hold(&self) -> Response {
        let _ = self.holds.send(());
        std::future::pending().await
    }
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
    let (mut parts, body) = request.into_parts();
    let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
    parts.uri = format!("{}{path}", inner.upstream)
        .parse()
        .expect("an address");
    let body = to_bytes(body, usize::MAX).await.expect("the request");
    let request = Request::from_parts(parts, Body::from(body));
    let answer = inner
        .client
        .request(request)
        .await
        .expect("the twin answers");
    if cut == Some(Cut::After(number)) {
        return inner.hold().await;
    }
    answer.map(Body::new)
}
