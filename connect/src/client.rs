use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::tls::Provider;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::{Builder, ConnectorBuilder};
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

use crate::proxy::Variables;
use crate::{Proxy, ProxyError};

/// Every answer of AWS has one of them.
const REQUEST_IDS: [&str; 2] = ["x-amzn-requestid", "x-amz-request-id"];

const LOGIN_WANTED: u16 = 407;

/// The SDK's client for HTTP, but for the proxy: each request by itself decides about it, whatever
/// endpoint its service has, and an error that comes of a proxy is a [`ProxyError`].
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

fn sdk_client(proxy: fn() -> ProxyConfig) -> SharedHttpClient {
    Builder::new().build_with_connector_fn(move |settings, components| {
        let mut connector = ConnectorBuilder::default()
            .tls_provider(Provider::Rustls(CryptoMode::AwsLc))
            .proxy_config(proxy());
        connector.set_connector_settings(settings.cloned());
        if let Some(components) = components {
            connector.set_sleep_impl(components.sleep_impl());
        }
        connector.build()
    })
}

/// A client where the environment names a proxy.
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
                let answer = self.proxied.call(request);
                HttpConnectorFuture::new(async move { explain(proxy, answer.await) })
            }
            Err(unusable) => HttpConnectorFuture::ready(Err(failure(unusable))),
        }
    }
}

/// Makes a [`ProxyError`] of what is not from AWS.
fn explain(
    proxy: Proxy,
    answer: Result<HttpResponse, ConnectorError>,
) -> Result<HttpResponse, ConnectorError> {
    let response = match answer {
        Ok(response) => response,
        Err(err) => {
            let timed_out = err.is_timeout();
            return Err(failure(ProxyError::new(proxy, &err, timed_out)));
        }
    };
    let status = response.status().as_u16();
    if status == LOGIN_WANTED {
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

/// One that the SDK tries again only where that may help soon.
fn failure(err: ProxyError) -> ConnectorError {
    let passes = match &err {
        // The wait for an answer was long enough.
        ProxyError::Silent(_) => false,
        err => err.is_transient(),
    };
    let kind = passes.then_some(ErrorKind::TransientError);
    ConnectorError::other(err.into(), kind)
}
