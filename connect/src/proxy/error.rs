use std::error::Error;
use std::iter::successors;

use super::address::Proxy;

/// How a proxy prevents a connection: one sentence that names the proxy and its variable, with the
/// way out.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum ProxyError {
    /// The variable is not the address of an HTTP proxy.
    #[error("{0} is not the address of an HTTP proxy: write it as http://HOST:PORT, or unset it")]
    Unusable(&'static str),
    /// No connection to the proxy.
    #[error("{0} cannot be reached ({1}): {way_out}", way_out = .0.way_out())]
    Unreachable(Proxy, String),
    /// No response came.
    #[error("{0} did not answer in time: {way_out}", way_out = .0.way_out())]
    Silent(Proxy),
    /// The proxy demands a login.
    #[error("{0} asks for a login (407): {login}, or {way_out}", login = .0.login(), way_out = .0.way_out())]
    Login(Proxy),
    /// The proxy refuses to connect to the host.
    #[error("{0} refuses to connect to {target}: {way_out}", target = .0.target, way_out = .0.way_out())]
    Refused(Proxy),
    /// The response seems to come from the proxy instead of the host.
    #[error("the response {1} for {target} seems to come from {0}: {way_out}", target = .0.target, way_out = .0.way_out())]
    Answered(Proxy, u16),
    /// The certificate of the host is not trusted.
    #[error("the certificate of {target}, as seen through {0}, is not trusted ({1}): if the proxy decrypts TLS, name a file with its certificate in SSL_CERT_FILE; otherwise {way_out}", target = .0.target, way_out = .0.way_out())]
    Untrusted(Proxy, String),
    /// The connection ended early.
    #[error("the connection through {0} broke ({1}): {way_out}", way_out = .0.way_out())]
    Broken(Proxy, String),
}

impl ProxyError {
    /// Explains the error of an HTTP client whose request went through a proxy.
    #[must_use]
    pub fn new(proxy: Proxy, err: &(dyn Error + 'static), timed_out: bool) -> Self {
        let messages: Vec<_> = causes(err).map(ToString::to_string).collect();
        let says = |text: &str| messages.iter().any(|message| message.contains(text));
        let is_of_tunnel = says("tunnel error");
        let innermost = causes(err).last().unwrap_or(err);
        let reason = innermost.to_string();
        // The type of a tunnel error is private to hyper-util, so its text has to do.
        if says("tunnel error: proxy authorization required") {
            Self::Login(proxy)
        } else if says("tunnel error: unsuccessful") {
            Self::Refused(proxy)
        } else if timed_out {
            Self::Silent(proxy)
        } else if says("invalid peer certificate") {
            Self::Untrusted(proxy, reason)
        } else if says("failed to create underlying connection")
            || (!is_of_tunnel && is_connect(err))
        {
            Self::Unreachable(proxy, reason)
        } else {
            Self::Broken(proxy, reason)
        }
    }

    /// Finds a proxy error among the causes of an error.
    #[must_use]
    pub fn among<'a>(err: &'a (dyn Error + 'static)) -> Option<&'a Self> {
        causes(err).find_map(|err| err.downcast_ref())
    }

    /// Returns whether the same request may soon succeed.
    #[must_use]
    pub const fn is_transient(&self) -> bool {
        match self {
            Self::Unreachable(..) | Self::Silent(_) | Self::Broken(..) => true,
            Self::Answered(_, status) => is_transient_status(*status),
            Self::Unusable(_) | Self::Login(_) | Self::Refused(_) | Self::Untrusted(..) => false,
        }
    }
}

const fn is_transient_status(status: u16) -> bool {
    matches!(status, 429 | 500..)
}

fn is_connect(err: &(dyn Error + 'static)) -> bool {
    let mut clients = causes(err).filter_map(|err| err.downcast_ref());
    clients.any(hyper_util::client::legacy::Error::is_connect)
}

fn causes<'a>(err: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    successors(Some(err), |&err| err.source())
}
