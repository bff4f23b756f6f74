//! Elastic Load Balancing: a load balancer is a real listener on loopback that checks the health
//! of its targets and sends requests to the healthy ones only.

mod api;
mod health;
mod proxy;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::AbortHandle;

pub(crate) use self::api::{handle, shown_balancers};
pub(crate) use self::health::{State as Health, Target, TargetGroup};
use crate::account::{Account, hex_id};
use crate::json;
use crate::resources::{Made, Request, in_use};

/// What runs for the load balancers: target groups and listeners, by ARN.
#[derive(Default)]
pub(crate) struct Balancers(Mutex<Running>);

#[derive(Default)]
struct Running {
    groups: HashMap<String, Arc<TargetGroup>>,
    listeners: BTreeMap<String, AbortHandle>,
    /// Ports of load balancers that are being made.
    reserved: BTreeSet<u16>,
}

impl Balancers {
    /// The target group with this ARN, if it stands.
    pub(crate) fn group(&self, arn: &str) -> Option<Arc<TargetGroup>> {
        self.lock().groups.get(arn).cloned()
    }

    fn lock(&self) -> MutexGuard<'_, Running> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Makes a load balancer, a target group or a listener; the listener starts to listen.
///
/// # Errors
/// ELB's message, or that the port is taken.
pub(crate) async fn create(request: &Request) -> Result<Made, String> {
    match request.resource_type.as_str() {
        "AWS::ElasticLoadBalancingV2::LoadBalancer" => load_balancer(request).await,
        "AWS::ElasticLoadBalancingV2::TargetGroup" => Ok(target_group(request)),
        _ => listener(request).await,
    }
}

async fn load_balancer(request: &Request) -> Result<Made, String> {
    if request
        .text("Type")
        .is_some_and(|kind| kind != "application")
    {
        return Err("the local AWS has application load balancers only".into());
    }
    // AWS cuts generated names at 32 characters.
    let name: String = request.name("Name").chars().take(32).collect();
    let port = free_port(&request.account).await?;
    let full_name = format!("app/{name}/{}", hex_id(16));
    let arn = request
        .account
        .arn("elasticloadbalancing", &format!("loadbalancer/{full_name}"));
    let attributes = json!({
        "LoadBalancerArn": arn,
        "LoadBalancerName": name,
        "LoadBalancerFullName": full_name,
        "DNSName": format!("127.0.0.1:{port}"),
        "CanonicalHostedZoneID": "Z215JYRZR1TBD5",
        "SecurityGroups": request.properties.get("SecurityGroups").cloned().unwrap_or_else(|| json!([])),
    });
    Ok(Made::new(arn, attributes))
}

/// The first port from the local AWS's own on that no load balancer has and that can be listened on.
async fn free_port(account: &Account) -> Result<u16, String> {
    let taken: Vec<String> = account.read(|state| {
        let balancers = state
            .inventory
            .of_type("AWS::ElasticLoadBalancingV2::LoadBalancer");
        balancers
            .map(|(_, balancer)| balancer.attribute("DNSName").to_owned())
            .collect()
    });
    for port in (account.alb_port..=u16::MAX).take(100) {
        let address = format!("127.0.0.1:{port}");
        let ours = !taken.contains(&address) && account.balancers.lock().reserved.insert(port);
        if ours && TcpListener::bind(&address).await.is_ok() {
            return Ok(port);
        }
    }
    Err(format!(
        "no port from {} on is free for a load balancer: choose another with --alb-port",
        account.alb_port
    ))
}

fn target_group(request: &Request) -> Made {
    let name: String = request.name("Name").chars().take(32).collect();
    let full_name = format!("targetgroup/{name}/{}", hex_id(16));
    let arn = request.account.arn("elasticloadbalancing", &full_name);
    start_group(&request.account, &arn, &request.properties);
    let attributes = json!({
        "TargetGroupArn": arn,
        "TargetGroupName": name,
        "TargetGroupFullName": full_name,
        "LoadBalancerArns": [],
    });
    Made::new(arn, attributes)
}

fn start_group(account: &Account, arn: &str, properties: &Value) {
    let group = TargetGroup::new(properties, account.pace);
    account
        .balancers
        .lock()
        .groups
        .insert(arn.to_owned(), group);
}

async fn listener(request: &Request) -> Result<Made, String> {
    let balancer = request
        .text("LoadBalancerArn")
        .unwrap_or_default()
        .to_owned();
    let others = request.account.read(|state| {
        let mut listeners = state
            .inventory
            .of_type("AWS::ElasticLoadBalancingV2::Listener");
        listeners
            .any(|(_, other)| json::member(&other.properties, "LoadBalancerArn") == Some(&balancer))
    });
    if others {
        return Err("a load balancer of the local AWS has one listener".into());
    }
    let full_name = balancer
        .split_once("loadbalancer/")
        .map_or("", |(_, name)| name);
    let arn = request.account.arn(
        "elasticloadbalancing",
        &format!("listener/{full_name}/{}", hex_id(16)),
    );
    listen(&request.account, &arn, &request.properties).await?;
    Ok(Made::new(arn.clone(), json!({"ListenerArn": arn})))
}

/// Opens the load balancer's port and forwards to the listener's target group.
async fn listen(account: &Arc<Account>, arn: &str, properties: &Value) -> Result<(), String> {
    check_listener(properties)?;
    let balancer = json::member(properties, "LoadBalancerArn").unwrap_or_default();
    let address = account.read(|state| {
        let item = state.inventory.get(balancer)?;
        item.attribute("DNSName").parse::<SocketAddr>().ok()
    });
    let address = address.ok_or_else(|| {
        in_use(
            &format!("Load balancer '{balancer}' not found"),
            "ElasticLoadBalancingV2",
            400,
        )
    })?;
    let listener = TcpListener::bind(address).await.map_err(|error| {
        format!("the load balancer cannot listen on {address} ({error}): stop what listens there")
    })?;
    let accepting = tokio::spawn(proxy::serve(listener, Arc::clone(account), arn.to_owned()));
    account
        .balancers
        .lock()
        .listeners
        .insert(arn.to_owned(), accepting.abort_handle());
    Ok(())
}

fn check_listener(properties: &Value) -> Result<(), String> {
    if json::member(properties, "Protocol").is_some_and(|protocol| protocol != "HTTP") {
        return Err("a listener of the local AWS speaks HTTP only".into());
    }
    if forward_target(properties).is_none() {
        return Err(
            "a listener of the local AWS forwards to one target group (DefaultActions)".into(),
        );
    }
    Ok(())
}

/// The target group that a listener forwards to now.
fn forwards_to(account: &Account, listener: &str) -> Option<Arc<TargetGroup>> {
    let group = account.read(|state| {
        let listener = state.inventory.get(listener)?;
        forward_target(&listener.properties).map(str::to_owned)
    })?;
    account.balancers.group(&group)
}

/// The ARN of the target group that a listener's default action names.
fn forward_target(listener: &Value) -> Option<&str> {
    json::member(listener.get("DefaultActions")?.get(0)?, "TargetGroupArn")
}

/// Takes over changed settings.
///
/// # Errors
/// One sentence for what a listener of the local AWS cannot do.
pub(crate) fn update(request: &Request) -> Result<(), String> {
    if request.resource_type == "AWS::ElasticLoadBalancingV2::Listener" {
        check_listener(&request.properties)?;
    }
    if let Some(group) = request.account.balancers.group(&request.physical_id) {
        group.configure(&request.properties);
    }
    Ok(())
}

/// Removes one; a target group that a listener forwards to is in use.
///
/// # Errors
/// ELB's message for a resource in use.
pub(crate) fn delete(request: &Request) -> Result<(), String> {
    let id = &request.physical_id;
    let in_use_by = request.account.read(|state| {
        let users = state
            .inventory
            .users(id, &["AWS::ElasticLoadBalancingV2::Listener"]);
        users.first().map(|user| (*user).to_owned())
    });
    let is_group = request.resource_type == "AWS::ElasticLoadBalancingV2::TargetGroup";
    if is_group && in_use_by.is_some_and(|user| user != *id) {
        return Err(in_use(
            &format!("Target group '{id}' is currently in use by a listener or a rule"),
            "ElasticLoadBalancingV2",
            400,
        ));
    }
    let port = request.account.read(|state| {
        let address = state
            .inventory
            .get(id)?
            .attribute("DNSName")
            .parse::<SocketAddr>();
        address.ok().map(|address| address.port())
    });
    let mut running = request.account.balancers.lock();
    if let Some(port) = port {
        running.reserved.remove(&port);
    }
    running.groups.remove(id);
    if let Some(listener) = running.listeners.remove(id) {
        listener.abort();
    }
    Ok(())
}

/// Starts again what stands in the inventory, after a restart with a data directory.
///
/// # Errors
/// One sentence where a port is taken now.
pub(crate) async fn restore(account: &Arc<Account>) -> Result<(), String> {
    let of_type = |name: &str| {
        account.read(|state| {
            let items = state.inventory.of_type(name);
            items
                .map(|(arn, item)| (arn.to_owned(), item.properties.clone()))
                .collect::<Vec<_>>()
        })
    };
    for (arn, properties) in of_type("AWS::ElasticLoadBalancingV2::TargetGroup") {
        start_group(account, &arn, &properties);
    }
    for (arn, properties) in of_type("AWS::ElasticLoadBalancingV2::Listener") {
        listen(account, &arn, &properties).await?;
    }
    Ok(())
}
