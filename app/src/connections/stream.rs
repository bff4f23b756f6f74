use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use httparse::{EMPTY_HEADER, Request};
use rustix::net::sockopt::set_socket_linger;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

use super::connection::Connection;

/// What is reserved for a header at first. Most are shorter.
const HEADER: usize = 1024;
/// A header that is longer than this is left to HTTP, before it is complete.
const LONG_HEADER: usize = 16 * 1024;
const MAX_FIELDS: usize = 100;

/// A stream that tells its connection what arrives and what is sent.
pub(super) struct Stream {
    tcp: TcpStream,
    connection: Arc<Connection>,
    /// What has arrived, and HTTP has not read.
    begun: Vec<u8>,
}

impl Stream {
    pub(super) fn new(tcp: TcpStream, connection: Arc<Connection>) -> Self {
        Self {
            tcp,
            connection,
            begun: Vec::new(),
        }
    }

    /// Puts back what HTTP has read too much of.
    pub(super) fn put_back(&mut self, bytes: &[u8]) {
        if !bytes.is_empty() {
            // Before what HTTP has not read at all.
            self.begun.splice(0..0, bytes.iter().copied());
            self.connection.received(bytes.len());
        }
    }

    /// Waits until there is a whole header, or one that HTTP must refuse. `false` if the client has gone.
    ///
    /// HTTP takes 20 KB of memory. A client that is idle, or sends its header byte by byte, takes only what it
    /// has sent.
    pub(super) async fn header(&mut self) -> bool {
        let mut seen = 0;
        while !is_for_http(&self.begun, seen) {
            seen = self.begun.len();
            // No memory is reserved until something has arrived.
            if self.tcp.readable().await.is_err() {
                return false;
            }
            self.begun.reserve(HEADER);
            match self.tcp.read_buf(&mut self.begun).await {
                Ok(0) | Err(_) => return false,
                Ok(bytes) => self.connection.received(bytes),
            }
        }
        true
    }

    fn note(&self, sent: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        match &sent {
            Poll::Ready(Ok(bytes)) => self.connection.sent(*bytes),
            Poll::Ready(Err(_)) => {}
            Poll::Pending => self.connection.stalled(),
        }
        sent
    }
}

/// Whether the header is complete, too long or invalid, if this much of it was looked at before.
fn is_for_http(begun: &[u8], seen: usize) -> bool {
    if begun.len() > LONG_HEADER {
        return true;
    }
    if seen == 0 {
        let mut fields = [EMPTY_HEADER; MAX_FIELDS];
        let parsed = Request::new(&mut fields).parse(begun);
        return !parsed.is_ok_and(|status| status.is_partial());
    }
    // A line without text ends it.
    let new = &begun[seen.saturating_sub(3)..];
    new.windows(2).any(|two| two == b"\n\n") || new.windows(3).any(|three| three == b"\n\r\n")
}

impl AsyncRead for Stream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if !self.begun.is_empty() {
            let length = self.begun.len().min(buffer.remaining());
            buffer.put_slice(&self.begun[..length]);
            self.begun.drain(..length);
            if self.begun.is_empty() {
                // Its memory is not needed while the request is answered.
                self.begun = Vec::new();
            }
            return Poll::Ready(Ok(()));
        }
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.tcp).poll_read(cx, buffer))?;
        self.connection.received(buffer.filled().len() - before);
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Stream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let sent = Pin::new(&mut self.tcp).poll_write(cx, bytes);
        self.note(sent)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        pieces: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let sent = Pin::new(&mut self.tcp).poll_write_vectored(cx, pieces);
        self.note(sent)
    }

    fn is_write_vectored(&self) -> bool {
        self.tcp.is_write_vectored()
    }

    /// HTTP calls this when all that it has was written.
    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(Pin::new(&mut self.tcp).poll_flush(cx))?;
        self.connection.flushed();
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.tcp).poll_shutdown(cx)
    }
}

/// What waits for a client that is dropped is thrown away. Else the kernel keeps it until the client takes it.
impl Drop for Stream {
    fn drop(&mut self) {
        if self.connection.is_dropped() {
            // Without this, the bytes are kept a little longer.
            let _ = set_socket_linger(&self.tcp, Some(Duration::ZERO));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_is_for_http_when_it_is_complete_or_wrong() {
        for (text, seen, wanted) in [
            ("", 0, false),
            ("G", 0, false),
            ("GET / HTTP/1.1\r\nhost: a\r\n", 0, false),
            ("GET / HTTP/1.1\r\nhost: a\r\n\r\n", 0, true),
            ("GET / HTTP/1.1\nhost: a\n\n", 0, true),
            ("GET / HTTP/1.1\r\nhost: a\r\n\r\n", 26, true),
            ("GET / HTTP/1.1\r\nhost: a\r\n\r", 26, false),
            ("GET / HTTP/1.1\nhost: a\n\n", 23, true),
            // HTTP says what is wrong with it.
            ("\u{16}\u{3}\u{1}", 0, true),
            ("GET / HTTP/9.1\r\n", 0, true),
            ("PRI * HTTP/2.0\r\n", 0, true),
        ] {
            assert_eq!(is_for_http(text.as_bytes(), seen), wanted, "{text:?}");
        }
        assert!(is_for_http(&vec![b'x'; LONG_HEADER + 1], 1));
    }
}
