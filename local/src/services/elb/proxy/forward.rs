//! Answers one request: finds its route, and passes it on to a target.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;

use axum::body::Body;
use axum::http::{Request, Response, StatusCode, Uri, Version, header};
use http_body_util::BodyExt as _;
use hyper::body::Incoming;
use tokio_rustls::rustls::ServerConnection;

use super::headers::{prepare, remove_hop_by_hop};
use super::sticky::{Chosen, choose_group, set_cookies, wanted_target};
use super::{Door, answers, login, redirect};
use crate::services::elb::access_logs::{Matched, Passed};
use crate::services::elb::live::Live;
use crate::services::elb::routing::{Asked, Forward, Outcome, Route};
use crate::services::elb::targets::{Picked, Targets};
use crate::services::wafv2::{self, Inspected};

/// The version and the cipher of a TLS connection, in the words of OpenSSL.
#[derive(Clone)]
pub(super) struct Tls {
    pub(super) version: String,
    pub(super) cipher: String,
    /// The name that the client asks for.
    pub(super) domain: Option<String>,
}

impl Tls {
    pub(super) fn of(connection: &ServerConnection) -> Self {
        let version = connection
            .protocol_version()
            .map(|version| format!("{version:?}"));
        let cipher = connection.negotiated_cipher_suite();
        let cipher = cipher.map(|cipher| format!("{:?}", cipher.suite()));
        Self {
            version: version.unwrap_or_default().replace('_', "."),
            cipher: cipher.unwrap_or_default().replace("TLS13_", "TLS_"),
            domain: connection.server_name().map(str::to_owned),
        }
    }
}

pub(super) async fn answer(
    door: &Door,
    arn: &str,
    tls: Option<&Tls>,
    mut request: Request<Incoming>,
) -> Response<Body> {
    let Some(live) = door.account.balancers.live(arn) else {
        return answers::page(StatusCode::SERVICE_UNAVAILABLE, true);
    };
    match inspect(door, &live, &request) {
        wafv2::Verdict::Pass(headers) => answers::insert(request.headers_mut(), &headers),
        wafv2::Verdict::Block(None) => return refuse(&live, StatusCode::FORBIDDEN),
        wafv2::Verdict::Block(Some(custom)) => {
            let server = live.settings.server_header;
            return counted(&live, answers::custom(custom, server));
        }
    }
    if request.uri().path() == login::CALLBACK
        && let Some(answer) = login::call_back(&door.account, &live, &request).await
    {
        return counted(&live, answer);
    }
    let host = host(&request).to_owned();
    let asked = Asked {
        method: request.method(),
        host: &host,
        path: request.uri().path(),
        query: request.uri().query().unwrap_or(""),
        headers: request.headers(),
        source: door.peer.ip(),
    };
    let Some((priority, route)) = live.routes.find(&asked) else {
        return refuse(&live, StatusCode::SERVICE_UNAVAILABLE);
    };
    let mut response = act(door, &live, route, tls, request).await;
    let actions = route.actions();
    let matched = Matched { priority, actions };
    response.extensions_mut().insert(matched);
    response
}

/// The actions of a rule: who is not logged in goes to the identity provider first.
async fn act(
    door: &Door,
    live: &Arc<Live>,
    route: &Route,
    tls: Option<&Tls>,
    mut request: Request<Incoming>,
) -> Response<Body> {
    let user = match &route.login {
        None => None,
        Some(config) => match login::judge(&door.account, live, config, &request) {
            login::Verdict::Answer(answer) => return counted(live, answer),
            login::Verdict::Pass(user) => Some(user),
        },
    };
    let server = live.settings.server_header;
    match &route.outcome {
        Outcome::FixedResponse(config) => {
            live.counts.fixed_responses.add(1);
            counted(live, answers::fixed(config, server))
        }
        Outcome::Redirect(config) => {
            live.counts.redirects.add(1);
            let parts = redirect::Parts {
                protocol: &live.protocol().to_ascii_uppercase(),
                host: host(&request),
                port: live.port,
                path: request.uri().path(),
                query: request.uri().query().unwrap_or(""),
            };
            let local = |port| local_port(door, live, port);
            counted(live, redirect::redirect(config, &parts, server, local))
        }
        Outcome::Forward(forward) => {
            if let Some(user) = user {
                let (account, balancer) = (&door.account, &live.load_balancer);
                user.identify(account, balancer, request.headers_mut());
            }
            pass(door, live, forward, tls, request).await
        }
    }
}

/// AWS WAF sees a request first, before the rules of the listener.
fn inspect(door: &Door, live: &Live, request: &Request<Incoming>) -> wafv2::Verdict {
    let inspected = Inspected {
        client: door.peer.ip(),
        method: request.method().as_str(),
        path: request.uri().path(),
        query: request.uri().query().unwrap_or(""),
        version: request.version(),
        headers: request.headers(),
    };
    wafv2::inspect(&door.account, &live.load_balancer, &inspected)
}

/// An error of the load balancer itself.
fn refuse(live: &Live, status: StatusCode) -> Response<Body> {
    counted(live, answers::page(status, live.settings.server_header))
}

/// An error of the load balancer itself, on the way to a target group.
fn refuse_passed(live: &Live, status: StatusCode, passed: Passed) -> Response<Body> {
    let mut response = refuse(live, status);
    response.extensions_mut().insert(passed);
    response
}

fn counted(live: &Live, response: Response<Body>) -> Response<Body> {
    live.counts.answered_itself(response.status());
    response
}

/// The host that the client asks for, without the port.
fn host(request: &Request<Incoming>) -> &str {
    let header = request.headers().get(header::HOST);
    let header = header.and_then(|host| host.to_str().ok());
    let host = header.or_else(|| request.uri().host()).unwrap_or("");
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|digit| digit.is_ascii_digit()) => name,
        _ => host,
    }
}

/// Where the listener of this port answers on this machine.
fn local_port(door: &Door, live: &Live, port: u64) -> Option<u16> {
    let balancers = &door.account.balancers;
    let mut listeners = balancers.listeners_of(&live.load_balancer).into_iter();
    let listener = listeners.find(|arn| {
        let other = balancers.live(arn);
        other.is_some_and(|other| other.port == port)
    });
    balancers.port_of(&listener?)
}

async fn pass(
    door: &Door,
    live: &Arc<Live>,
    forward: &Forward,
    tls: Option<&Tls>,
    mut request: Request<Incoming>,
) -> Response<Body> {
    let begun = Instant::now();
    let Some(group) = choose_group(forward, request.headers()) else {
        return refuse(live, StatusCode::SERVICE_UNAVAILABLE);
    };
    let mut passed = Passed {
        group: group.to_owned(),
        ..Passed::default()
    };
    let targets = door.account.balancers.targets(group);
    let stickiness = targets.as_ref().and_then(|targets| targets.stickiness());
    let wanted = wanted_target(stickiness.as_ref(), request.headers());
    let picked = targets.and_then(|targets| Some((targets.pick(wanted.as_deref())?, targets)));
    let Some((picked, targets)) = picked else {
        return refuse_passed(live, StatusCode::SERVICE_UNAVAILABLE, passed);
    };
    passed.target = Some(picked.address);
    live.counts.requests.add(1);
    targets.counts.requests.add(1);
    if !targets.gate.reaches(picked.address) {
        targets.gate.time_out().await;
        return refuse_passed(live, StatusCode::GATEWAY_TIMEOUT, passed);
    }
    if rewrite(&mut request, picked.address).is_err() {
        return refuse(live, StatusCode::BAD_REQUEST);
    }
    prepare(request.headers_mut(), live, door.peer, tls);
    if live.access_log.is_some() {
        let trace = request.headers().get("x-amzn-trace-id");
        let trace = trace.and_then(|trace| trace.to_str().ok());
        passed.trace = trace.map(str::to_owned);
        passed.before = Some(begun.elapsed());
    }
    let chosen = Chosen {
        group,
        group_duration: forward.sticky,
        stickiness,
        target: picked.mark.clone(),
    };
    send(&targets, live, request, (picked, passed), &chosen).await
}

/// Makes it a request of HTTP/1.1 for the target, with the Host header that the client sent.
fn rewrite(request: &mut Request<Incoming>, address: SocketAddr) -> Result<(), ()> {
    if !request.headers().contains_key(header::HOST)
        && let Some(authority) = request.uri().authority()
        && let Ok(host) = authority.as_str().parse()
    {
        request.headers_mut().insert(header::HOST, host);
    }
    let path = request
        .uri()
        .path_and_query()
        .map_or("/", |path| path.as_str());
    let uri: Uri = format!("http://{address}{path}").parse().map_err(|_| ())?;
    *request.uri_mut() = uri;
    *request.version_mut() = Version::HTTP_11;
    Ok(())
}

async fn send(
    targets: &Targets,
    live: &Live,
    request: Request<Incoming>,
    (picked, mut passed): (Picked, Passed),
    chosen: &Chosen<'_>,
) -> Response<Body> {
    let address = picked.address;
    let begun = Instant::now();
    match tokio::time::timeout(live.settings.idle, targets.client().request(request)).await {
        Err(_) => refuse_passed(live, StatusCode::GATEWAY_TIMEOUT, passed),
        Ok(Err(err)) => {
            tracing::warn!("the load balancer got no answer from {address}: {err}");
            for counts in [&*live.counts, &targets.counts] {
                counts.target_errors.add(1);
            }
            refuse_passed(live, StatusCode::BAD_GATEWAY, passed)
        }
        Ok(Ok(response)) => {
            for counts in [&*live.counts, &targets.counts] {
                counts.answered(response.status(), begun.elapsed());
            }
            passed.target_time = Some(begun.elapsed());
            passed.status = Some(response.status().as_u16());
            let (mut parts, body) = response.into_parts();
            parts.version = Version::HTTP_11;
            remove_hop_by_hop(&mut parts.headers);
            live.settings.headers.set(&mut parts.headers);
            set_cookies(&mut parts.headers, chosen);
            // The request counts as in flight until its last byte was sent.
            let body = body.map_err(move |err| {
                let _ = &picked.in_flight;
                err
            });
            parts.extensions.insert(passed);
            Response::from_parts(parts, Body::new(body))
        }
    }
}
