use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::tls::Provider;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::{Builder, Connector as SdkConnector, ConnectorBuilder};
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::connector_metadata::ConnectorMetadata;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
    SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::{
    RuntimeComponents, RuntimeComponentsBuilder,
};
use aws_smithy_types::config_bag::ConfigBag;
use aws_smithy_types::retry::ErrorKind;

use super::address::Proxy;
use super::error::ProxyError;
use super::variables::Variables;

/// Every response of AWS has one of these headers.
const REQUEST_IDS: [&str; 2] = ["x-amzn-requestid", "x-amz-request-id"];

const PROXY_AUTHENTICATION_REQUIRED: u16 = 407;

/// The SDK's HTTP client with another proxy handling: each request is checked on its own, whatever
/// the endpoint of its service is, and an error caused by a proxy is a [`ProxyError`].
#[must_use]
pub fn http_client() -> SharedHttpClient {
    let variables = Variables::of_environment();
    if variables.are_unset() {
        return sdk_client(ProxyConfig::disabled);
    }
    SharedHttpClient::new(Client {
        variables,
        direct: sdk_client(ProxyConfig::disabled),
        proxied: sdk_client(ProxyConfig::from_env),
    })
}

/// The same for requests that no client of the SDK makes. There are no time limits.
pub(super) fn connector() -> SharedHttpConnector {
    let of = |proxy| SharedHttpConnector::new(sdk_connector(proxy, None, None));
    let variables = Variables::of_environment();
    if variables.are_unset() {
        return of(ProxyConfig::disabled());
    }
    SharedHttpConnector::new(Connector {
        variables,
        direct: of(ProxyConfig::disabled()),
        proxied: of(ProxyConfig::from_env()),
    })
}

fn sdk_client(proxy: fn() -> ProxyConfig) -> SharedHttpClient {
    Builder::new().build_with_connector_fn(move |settings, components| {
        sdk_connector(proxy(), settings, components)
    })
}

fn sdk_connector(
    proxy: ProxyConfig,
    settings: Option<&HttpConnectorSettings>,
    components: Option<&RuntimeComponents>,
) -> SdkConnector {
    let mut connector = ConnectorBuilder::default()
        .tls_provider(Provider::Rustls(CryptoMode::AwsLc))
        .proxy_config(proxy);
    connector.set_connector_settings(settings.cloned());
    if let Some(components) = components {
        connector.set_sleep_impl(components.sleep_impl());
    }
    connector.build()
}

/// A client for an environment that names a proxy.
#[derive(Debug)]
struct Client {
    variables: Variables,
    direct: SharedHttpClient,
    proxied: SharedHttpClient,
}

#[derive(Debug)]
struct Connector {
    variables: Variables,
    direct: SharedHttpConnector,
    proxied: SharedHttpConnector,
}

impl HttpClient for Client {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(Connector {
            variables: self.variables.clone(),
            direct: self.direct.http_connector(settings, components),
            proxied: self.proxied.http_connector(settings, components),
        })
    }

    fn validate_base_client_config(
        &self,
        components: &RuntimeComponentsBuilder,
        config: &ConfigBag,
    ) -> Result<(), BoxError> {
        self.direct.validate_base_client_config(components, config)
    }

    fn connector_metadata(&self) -> Option<ConnectorMetadata> {
        self.direct.connector_metadata()
    }
}

impl HttpConnector for Connector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        match self.variables.proxy(request.uri()) {
            Ok(None) => self.direct.call(request),
            Ok(Some(proxy)) => {
                let response = self.proxied.call(request);
                HttpConnectorFuture::new(async move { explained(proxy, response.await) })
            }
            Err(unusable) => HttpConnectorFuture::ready(Err(failure(unusable))),
        }
    }
}

/// Returns a [`ProxyError`] if the response does not come from AWS.
fn explained(
    proxy: Proxy,
    response: Result<HttpResponse, ConnectorError>,
) -> Result<HttpResponse, ConnectorError> {
    let response = match response {
        Ok(response) => response,
        Err(err) => {
            let timed_out = err.is_timeout();
            return Err(failure(ProxyError::new(proxy, &err, timed_out)));
        }
    };
    let status = response.status().as_u16();
    if status == PROXY_AUTHENTICATION_REQUIRED {
        return Err(failure(ProxyError::Login(proxy)));
    }
    if is_of_aws(&response) {
        return Ok(response);
    }
    Err(failure(ProxyError::Answered(proxy, status)))
}

fn is_of_aws(response: &HttpResponse) -> bool {
    let headers = response.headers();
    let is_html = headers
        .get("content-type")
        .is_some_and(|media_type| media_type.starts_with("text/html"));
    let mut ids = REQUEST_IDS.iter();
    ids.any(|id| headers.contains_key(id)) || (response.status().is_success() && !is_html)
}

/// An error that the SDK retries only if that may soon succeed.
fn failure(err: ProxyError) -> ConnectorError {
    let is_transient = match &err {
        // The SDK has waited long enough already.
        ProxyError::Silent(_) => false,
        err => err.is_transient(),
    };
    let kind = is_transient.then_some(ErrorKind::TransientError);
    ConnectorError::other(err.into(), kind)
}
