use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, HeaderValue, header};
use hyper::body::Body as HttpBody;
use hyper::body::{Frame, Incoming, SizeHint};

use super::connection::Connection;

/// About what an encoder takes: its window, its tables and its output.
const ZSTD: usize = 768 * 1024;
const GZIP: usize = 320 * 1024;

/// The body of a request, which tells its connection when it has arrived.
pub(super) struct Asked {
    body: Incoming,
    connection: Arc<Connection>,
}

impl Asked {
    pub(super) fn new(body: Incoming, connection: Arc<Connection>) -> Self {
        if body.is_end_stream() {
            connection.arrived();
        }
        Self { body, connection }
    }
}

impl HttpBody for Asked {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let frame = Pin::new(&mut self.body).poll_frame(cx);
        if matches!(frame, Poll::Ready(None)) {
            self.connection.arrived();
        }
        frame
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// The body of an answer, which tells its connection what is handed over and when it ends.
pub(super) struct Watched {
    body: Body,
    connection: Arc<Connection>,
}

impl Watched {
    pub(super) fn new(body: Body, headers: &HeaderMap, connection: Arc<Connection>) -> Self {
        match headers
            .get(header::CONTENT_ENCODING)
            .map(HeaderValue::as_bytes)
        {
            Some(b"zstd") => connection.compresses(ZSTD),
            Some(_) => connection.compresses(GZIP),
            None => {}
        }
        Self { body, connection }
    }
}

impl HttpBody for Watched {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let frame = Pin::new(&mut self.body).poll_frame(cx);
        if let Poll::Ready(Some(Ok(frame))) = &frame {
            let bytes = frame.data_ref().map_or(0, Bytes::len);
            self.connection.handed(bytes);
        }
        frame
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        self.connection.answered();
    }
}
