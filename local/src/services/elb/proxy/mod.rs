//! How a connection passes through the load balancer: `serve` accepts it, `forward` passes its
//! requests on, `login` knows the users, `answers` has the responses of the load balancer itself, and `logged`
//! writes access logs.

mod answers;
mod cookies;
mod forward;
mod headers;
mod logged;
mod login;
mod redirect;
mod sticky;

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, Response, StatusCode};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;

use self::forward::Tls;
pub(crate) use self::login::{LoginKeys, LoginKeysInUse, PUBLIC_KEYS, public_keys};
pub(super) use self::sticky::digest;
use crate::account::Account;
use crate::aws::hex_id;
use crate::services::elb::counts::OpenConnection;
use crate::services::elb::network::{Front, hold};

/// How long a new connection may take to send its first byte, and to finish the TLS handshake.
const FIRST_BYTE: Duration = Duration::from_mins(1);

/// The first byte of every TLS connection: the record type `handshake`.
const HANDSHAKE: u8 = 0x16;

/// Accepts the connections of a port of 127.0.0.1 until its task is aborted, which also closes the
/// open connections.
pub(super) async fn serve(listener: TcpListener, account: Arc<Account>, port: u16) {
    let front = Arc::new(Front::new());
    let mut connections = JoinSet::new();
    loop {
        let (stream, peer) = tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok(accepted) => accepted,
                Err(err) => {
                    tracing::warn!("the load balancer could not accept a connection: {err}");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                    continue;
                }
            },
            Some(_) = connections.join_next() => continue,
        };
        let door = Door {
            account: Arc::clone(&account),
            front: Arc::clone(&front),
            port,
            peer,
            id: format!("TID_{}", hex_id(16)).into(),
        };
        connections.spawn(door.connection(stream));
    }
}

/// A connection of a client.
#[derive(Clone)]
struct Door {
    account: Arc<Account>,
    front: Arc<Front>,
    port: u16,
    peer: SocketAddr,
    /// The id of the connection, for the access log.
    id: Arc<str>,
}

impl Door {
    async fn connection(self, stream: TcpStream) {
        let mut first = [0];
        let peeked = tokio::time::timeout(FIRST_BYTE, stream.peek(&mut first)).await;
        if !matches!(peeked, Ok(Ok(1))) {
            return;
        }
        let is_tls = first[0] == HANDSHAKE;
        match self.account.balancers.at(self.port, is_tls) {
            Some((arn, _)) if !self.front.admits(&self.account, self.peer.ip(), &arn) => {
                hold(stream).await;
            }
            Some((arn, live)) => {
                let _open = OpenConnection::of(&live.counts);
                match &live.tls {
                    Some(config) => self.secure(stream, arn, Arc::clone(config)).await,
                    None => self.plain(stream, arn).await,
                }
            }
            None if is_tls => {}
            None => refuse_plain(stream).await,
        }
    }

    async fn secure(self, stream: TcpStream, arn: String, config: Arc<ServerConfig>) {
        let accepting = TlsAcceptor::from(config).accept(stream);
        let Ok(Ok(stream)) = tokio::time::timeout(FIRST_BYTE, accepting).await else {
            return;
        };
        let (_, connection) = stream.get_ref();
        let is_http2 = connection.alpn_protocol() == Some(b"h2");
        let tls = Some(Tls::of(connection));
        if is_http2 {
            self.http2(stream, arn, tls).await;
        } else {
            self.http1(stream, arn, tls).await;
        }
    }

    async fn plain(self, stream: TcpStream, arn: String) {
        self.http1(stream, arn, None).await;
    }

    async fn http1<S>(self, stream: S, arn: String, tls: Option<Tls>)
    where
        S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
    {
        let idle = self.idle(&arn);
        let answer = service_fn(|request| self.answer(&arn, tls.clone(), request));
        let connection = hyper::server::conn::http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(idle)
            .serve_connection(TokioIo::new(stream), answer);
        // An error here means that the client has disconnected.
        let _ = connection.await;
    }

    async fn http2<S>(self, stream: S, arn: String, tls: Option<Tls>)
    where
        S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
    {
        let answer = service_fn(|request| self.answer(&arn, tls.clone(), request));
        let connection = hyper::server::conn::http2::Builder::new(TokioExecutor::new())
            .timer(TokioTimer::new())
            .serve_connection(TokioIo::new(stream), answer);
        let _ = connection.await;
    }

    fn idle(&self, arn: &str) -> Duration {
        let live = self.account.balancers.live(arn);
        live.map_or(FIRST_BYTE, |live| live.settings.idle)
    }

    fn answer(
        &self,
        arn: &str,
        tls: Option<Tls>,
        request: Request<Incoming>,
    ) -> impl Future<Output = Result<Response<Body>, Infallible>> + Send + use<> {
        let (door, arn) = (self.clone(), arn.to_owned());
        async move {
            let entry = logged::begin(&door, &arn, tls.as_ref(), &request);
            let response = forward::answer(&door, &arn, tls.as_ref(), request).await;
            Ok(logged::finish(entry, response))
        }
    }
}

/// Answers HTTP on a port that only an HTTPS listener has, as the load balancers of AWS do.
async fn refuse_plain(stream: TcpStream) {
    let answer = service_fn(|_: Request<Incoming>| async {
        Ok::<_, Infallible>(answers::titled(
            StatusCode::BAD_REQUEST,
            "400 The plain HTTP request was sent to HTTPS port",
            true,
        ))
    });
    let _ = hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(FIRST_BYTE)
        .serve_connection(TokioIo::new(stream), answer)
        .await;
}
