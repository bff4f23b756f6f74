//! The local AWS's page: the architecture as it stands, live in a browser.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{Request, State as Extract};
use axum::http::{StatusCode, header};
use axum::middleware::{Next, from_fn};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use futures_util::stream::{self, Stream};
use serde_json::{Value, json};

use crate::account::{ACCOUNT, Account, State};
use crate::json;
use crate::{ecs, elb};

/// How often the page looks for changes; it is sent only what differs from before.
const PAUSE: Duration = Duration::from_millis(200);

/// How many events of a stack are shown.
const EVENTS: usize = 40;

/// The page and what it is made of.
pub(crate) fn router() -> Router<Arc<Account>> {
    let file = |kind: &'static str, text: &'static str| {
        get(move || async move { ([(header::CONTENT_TYPE, kind)], text) })
    };
    Router::new()
        .route(
            "/",
            file("text/html; charset=utf-8", include_str!("page/index.html"))
                .fallback(crate::endpoint::handle),
        )
        .route(
            "/_local/page.css",
            file("text/css; charset=utf-8", include_str!("page/page.css")),
        )
        .route(
            "/_local/page.js",
            file(
                "text/javascript; charset=utf-8",
                include_str!("page/page.js"),
            ),
        )
        .route("/_local/events", get(events))
        .layer(from_fn(for_this_machine))
}

/// Lets a browser in only under a name of this machine: another site that has its name point to
/// loopback would read the page otherwise.
async fn for_this_machine(request: Request, next: Next) -> Response {
    let is_api = request.headers().contains_key(header::AUTHORIZATION);
    let host = request
        .headers()
        .get(header::HOST)
        .and_then(|host| host.to_str().ok())
        .unwrap_or_default();
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    if is_api || ["127.0.0.1", "localhost", "[::1]"].contains(&name) {
        let mut response = next.run(request).await;
        if !is_api {
            let policy = "default-src 'self'; img-src data:; frame-ancestors 'none'";
            response.headers_mut().insert(
                header::CONTENT_SECURITY_POLICY,
                header::HeaderValue::from_static(policy),
            );
        }
        return response;
    }
    (
        StatusCode::FORBIDDEN,
        "open this page as http://127.0.0.1\n",
    )
        .into_response()
}

/// The state now, and again whenever it has changed.
async fn events(
    Extract(account): Extract<Arc<Account>>,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let changes = stream::unfold((account, String::new()), |(account, before)| async move {
        loop {
            let now = snapshot(&account).to_string();
            if now != before {
                return Some((Ok(Event::default().data(&now)), (account, now)));
            }
            tokio::time::sleep(PAUSE).await;
        }
    });
    Sse::new(changes).keep_alive(KeepAlive::default())
}

/// All that the page shows.
fn snapshot(account: &Account) -> Value {
    let mut shown = account.read(|state| {
        json!({
            "account": ACCOUNT,
            "region": account.region,
            "stacks": stacks(state),
            "parameters": parameters(state),
            "vpcs": vpcs(state),
        })
    });
    shown["services"] = ecs::shown_services(account).into();
    shown["tasks"] = ecs::shown_tasks(account).into();
    shown["balancers"] = elb::shown_balancers(account).into();
    shown["tables"] = account
        .backend
        .tables()
        .into_iter()
        .map(|(name, items)| json!({"name": name, "items": items}))
        .collect();
    shown
}

fn stacks(state: &State) -> Vec<Value> {
    let living = state.stacks.iter().filter(|stack| !stack.is_deleted());
    living
        .map(|stack| {
            let resources = stack.current.resources.iter();
            let resources: Vec<Value> = resources.map(|(name, record)| json!({"name": name, "status": record.status})).collect();
            let events: Vec<Value> = stack
                .events
                .iter()
                .rev()
                .take(EVENTS)
                .map(|event| json!({"time": event.timestamp, "resource": event.logical_id, "status": event.status, "reason": event.reason}))
                .collect();
            json!({"name": stack.name, "status": stack.status, "reason": stack.status_reason, "resources": resources, "events": events})
        })
        .collect()
}

fn parameters(state: &State) -> Vec<Value> {
    let living: Vec<_> = state
        .stacks
        .iter()
        .filter(|stack| !stack.is_deleted())
        .collect();
    let all = state.parameters.shown();
    all.map(|(name, value)| {
        let writer = living.iter().find(|stack| {
            let mut resources = stack.current.resources.values();
            resources.any(|record| record.resource_type == "AWS::SSM::Parameter" && record.physical_id == name)
        });
        let reads = |stack: &&&crate::cloudformation::Stack| {
            let mut given = stack.current.parameters.values();
            given.any(|parameter| parameter.resolved.is_some() && parameter.value == name)
        };
        let readers: Vec<&str> = living.iter().filter(reads).map(|stack| stack.name.as_str()).collect();
        json!({"name": name, "value": value, "writer": writer.map(|stack| stack.name.as_str()), "readers": readers})
    })
    .collect()
}

fn vpcs(state: &State) -> Vec<Value> {
    let vpcs = state.inventory.of_type("AWS::EC2::VPC");
    vpcs.map(|(id, item)| json!({"id": id, "block": item.properties.get("CidrBlock")}))
        .collect()
}

/// The VPC that a resource stands in, by one of its subnets.
pub(crate) fn vpc_of(state: &State, subnets: Option<&Value>) -> Option<String> {
    let subnet = subnets?.get(0)?.as_str()?;
    let subnet = state.inventory.get(subnet)?;
    json::member(&subnet.properties, "VpcId").map(str::to_owned)
}
