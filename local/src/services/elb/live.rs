//! A listener as it serves requests: its routes, its certificates, and the attributes of its load
//! balancer. A change of any of these replaces it.

use std::sync::Arc;
use std::time::Duration;

use tokio_rustls::rustls::ServerConfig;

use super::access_logs::Destination;
use super::attributes::{LISTENER, LOAD_BALANCER};
use super::counts::Counts;
use super::header_attributes::Headers;
use super::listener::ListenerProperties;
use super::listener_certificate::{ListenerCertificate, ListenerCertificateProperties};
use super::listener_rule::{ListenerRule, ListenerRuleProperties};
use super::load_balancer::LoadBalancerProperties;
use super::ports::arrange;
use super::routing::Routes;
use super::tls;
use crate::account::{Account, State};
use crate::resources::ResourceType as _;

pub(super) struct Live {
    /// Its ARN.
    pub(super) load_balancer: String,
    pub(super) port: u64,
    pub(super) routes: Routes,
    pub(super) tls: Option<Arc<ServerConfig>>,
    /// The ARNs of its certificates, the default one first.
    pub(super) certificates: Vec<String>,
    pub(super) access_log: Option<Arc<Destination>>,
    pub(super) settings: Settings,
    /// The counts of its load balancer.
    pub(super) counts: Arc<Counts>,
}

/// The attributes of a load balancer and of its listener that change how a request passes.
#[expect(
    clippy::struct_excessive_bools,
    reason = "the attributes of AWS are switches"
)]
pub(super) struct Settings {
    pub(super) idle: Duration,
    pub(super) drop_invalid_headers: bool,
    pub(super) http2: bool,
    pub(super) forwarded_for: ForwardedFor,
    pub(super) client_port: bool,
    pub(super) tls_headers: bool,
    /// Whether an answer of the load balancer itself carries a `Server` header.
    pub(super) server_header: bool,
    pub(super) headers: Headers,
}

/// What happens to `X-Forwarded-For`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ForwardedFor {
    Append,
    Preserve,
    Remove,
}

impl Live {
    pub(super) fn protocol(&self) -> &'static str {
        if self.tls.is_some() { "https" } else { "http" }
    }
}

/// Applies the state to the listener with this ARN, and opens its port if it is new. `without` is a
/// rule or a list of certificates that is being deleted.
///
/// # Errors
/// A port that cannot be opened, or a certificate that cannot be made.
pub(super) fn refresh(
    account: &Arc<Account>,
    arn: &str,
    without: Option<&str>,
) -> Result<(), String> {
    let Some((properties, routes, certificates, settings, access_log)) =
        account.read(|state| read(state, arn, without))
    else {
        return Ok(());
    };
    let tls = if properties.is_tls() {
        Some(tls::server_config(
            account,
            &certificates,
            properties.ssl_policy(),
            settings.http2,
        )?)
    } else {
        None
    };
    let load_balancer = properties.load_balancer_arn.clone();
    let live = Live {
        counts: account.balancers.counts(&load_balancer),
        port: properties.port(),
        load_balancer: load_balancer.clone(),
        routes,
        tls,
        certificates,
        access_log: access_log.map(Arc::new),
        settings,
    };
    let mut running = account.balancers.lock();
    running.listeners.insert(arn.to_owned(), Arc::new(live));
    arrange(account, &mut running, &load_balancer).inspect_err(|_| {
        running.listeners.remove(arn);
    })
}

/// Closes a listener.
pub(super) fn close(account: &Arc<Account>, arn: &str) {
    let mut running = account.balancers.lock();
    if let Some(live) = running.listeners.remove(arn)
        && let Err(reason) = arrange(account, &mut running, &live.load_balancer)
    {
        tracing::warn!("{reason}");
    }
}

type Parts = (
    ListenerProperties,
    Routes,
    Vec<String>,
    Settings,
    Option<Destination>,
);

fn read(state: &State, arn: &str, without: Option<&str>) -> Option<Parts> {
    let item = state.inventory.get(arn)?;
    let properties: ListenerProperties = item.read();
    let is_kept = |id: &str| Some(id) != without;
    let rules = state.inventory.of_type(ListenerRule::NAME);
    let rules = rules.filter(|(id, _)| is_kept(id)).filter_map(|(_, item)| {
        let rule: ListenerRuleProperties = item.read();
        let own = rule.listener_arn == arn;
        own.then(|| (rule.priority(), rule.conditions, rule.actions))
    });
    let routes = Routes::new(rules.collect(), &properties.default_actions);
    let lists = state.inventory.of_type(ListenerCertificate::NAME);
    let more = lists.filter(|(id, _)| is_kept(id)).flat_map(|(_, item)| {
        let list: ListenerCertificateProperties = item.read();
        let own = list.listener_arn == arn;
        if own { list.arns() } else { Vec::new() }
    });
    let certificates = properties.certificates().chain(more).collect();
    let balancer = state.inventory.get(&properties.load_balancer_arn)?;
    let balancer: LoadBalancerProperties = balancer.read();
    let settings = settings(&balancer, &properties);
    let attributes = &balancer.load_balancer_attributes;
    let access_log = Destination::of(&properties.load_balancer_arn, attributes);
    Some((properties, routes, certificates, settings, access_log))
}

fn settings(balancer: &LoadBalancerProperties, listener: &ListenerProperties) -> Settings {
    let given = &balancer.load_balancer_attributes;
    let text = |key| LOAD_BALANCER.value(given, key);
    let is_on = |key| text(key) == "true";
    let idle = text("idle_timeout.timeout_seconds").parse().unwrap_or(60);
    let server = "routing.http.response.server.enabled";
    Settings {
        idle: Duration::from_secs(idle),
        drop_invalid_headers: is_on("routing.http.drop_invalid_header_fields.enabled"),
        http2: is_on("routing.http2.enabled"),
        forwarded_for: match text("routing.http.xff_header_processing.mode") {
            "preserve" => ForwardedFor::Preserve,
            "remove" => ForwardedFor::Remove,
            _ => ForwardedFor::Append,
        },
        client_port: is_on("routing.http.xff_client_port.enabled"),
        tls_headers: is_on("routing.http.x_amzn_tls_version_and_cipher_suite.enabled"),
        server_header: LISTENER.value(&listener.listener_attributes, server) == "true",
        headers: Headers::of(&listener.listener_attributes),
    }
}
