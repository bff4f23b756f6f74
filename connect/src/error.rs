use std::error::Error;
use std::iter::successors;

use crate::Proxy;

/// How a proxy stands in the way: one sentence that names it and the variable, with the way out.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum ProxyError {
    /// The value of the variable is no proxy that can be used.
    #[error("{0} is not the address of an HTTP proxy: write it as http://HOST:PORT, or unset it")]
    Unusable(&'static str),
    /// Nothing takes the connection.
    #[error("{0} cannot be reached ({1}): {way_out}", way_out = .0.way_out())]
    Unreachable(Proxy, String),
    /// Nothing came back.
    #[error("{0} did not answer in time: {way_out}", way_out = .0.way_out())]
    Silent(Proxy),
    /// It lets nobody through who has no login.
    #[error("{0} asks for a login (407): {login}, or {way_out}", login = .0.login(), way_out = .0.way_out())]
    Login(Proxy),
    /// It makes no connection to the host.
    #[error("{0} refuses to connect to {target}: {way_out}", target = .0.target, way_out = .0.way_out())]
    Refused(Proxy),
    /// What came back is not from the host, as it seems.
    #[error("{0} answered {1} in place of {target}, as it seems: {way_out}", target = .0.target, way_out = .0.way_out())]
    Answered(Proxy, u16),
    /// The certificate of the other end is not trusted.
    #[error("through {0} {target} shows a certificate that is not trusted ({1}): if the proxy opens TLS connections, name a file with its certificate in SSL_CERT_FILE; else {way_out}", target = .0.target, way_out = .0.way_out())]
    Untrusted(Proxy, String),
    /// The connection ended early.
    #[error("the connection through {0} broke off ({1}): {way_out}", way_out = .0.way_out())]
    Broken(Proxy, String),
}

impl ProxyError {
    /// What an error of a client for HTTP means when the request went through a proxy.
    #[must_use]
    pub fn new(proxy: Proxy, err: &(dyn Error + 'static), timed_out: bool) -> Self {
        let causes: Vec<_> = causes(err).map(ToString::to_string).collect();
        let says = |text: &str| causes.iter().any(|cause| cause.contains(text));
        let is_of_tunnel = says("tunnel error");
        let reason = causes.last().cloned().unwrap_or_default();
        // The errors of a tunnel are known by their texts only: their type is private to hyper-util.
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

    /// The one among the causes of an error, if there is one.
    #[must_use]
    pub fn among<'a>(err: &'a (dyn Error + 'static)) -> Option<&'a Self> {
        causes(err).find_map(|err| err.downcast_ref())
    }

    /// Whether the same request may well succeed in a moment.
    #[must_use]
    pub const fn is_transient(&self) -> bool {
        match self {
            Self::Unreachable(..) | Self::Silent(_) | Self::Broken(..) => true,
            Self::Answered(_, status) => is_passing(*status),
            Self::Unusable(_) | Self::Login(_) | Self::Refused(_) | Self::Untrusted(..) => false,
        }
    }
}

pub(crate) const fn is_passing(status: u16) -> bool {
    matches!(status, 429 | 500..)
}

fn is_connect(err: &(dyn Error + 'static)) -> bool {
    let mut clients = causes(err).filter_map(|err| err.downcast_ref());
    clients.any(hyper_util::client::legacy::Error::is_connect)
}

fn causes<'a>(err: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    successors(Some(err), |&err| err.source())
}
