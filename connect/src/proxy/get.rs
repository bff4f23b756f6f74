use std::error::Error;

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::http::{HttpConnector as _, SharedHttpConnector};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::byte_stream::ByteStream;

use super::client::connector;

/// Gets what AWS publishes without a login, with the proxy handling of [`http_client`](super::http_client).
#[derive(Clone, Debug)]
pub struct Getter(SharedHttpConnector);

impl Default for Getter {
    fn default() -> Self {
        Self::new()
    }
}

impl Getter {
    /// Reads the proxies of the environment, and the certificates that the system trusts.
    #[must_use]
    pub fn new() -> Self {
        Self(connector())
    }

    /// The status and the first `most` bytes of what is at an address. There is no time limit.
    pub async fn get(&self, url: &str, most: usize) -> Result<(u16, Vec<u8>), BoxError> {
        let mut request = HttpRequest::new(SdkBody::empty());
        request.set_uri(url)?;
        let response = self.0.call(request).await.map_err(innermost)?;
        let status = response.status().as_u16();
        let mut stream = ByteStream::new(response.into_body());
        let mut body = Vec::new();
        while let Some(piece) = stream.next().await {
            body.extend_from_slice(&piece?);
            if body.len() >= most {
                body.truncate(most);
                break;
            }
        }
        Ok((status, body))
    }
}

/// The message of an error that says what is wrong: those around it say only what was tried.
fn innermost(err: impl Error + 'static) -> BoxError {
    let mut cause: &(dyn Error + 'static) = &err;
    while let Some(next) = cause.source() {
        cause = next;
    }
    cause.to_string().into()
}
