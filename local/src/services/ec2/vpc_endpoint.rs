//! `AWS::EC2::VPCEndpoint`.

use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};

use super::interfaces::{Owner, Public, Wanted, attach, groups_or_default};
use super::network::{check_ids, check_table, refusal_of, refused};
use super::vpc::VpcProperties;
use crate::account::{Item, State};
use crate::aws::{ec2_id, now};
use crate::resources::{Made, Request, ResourceType};

pub(crate) struct VpcEndpoint;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
pub(crate) struct VpcEndpointProperties {
    pub(super) policy_document: Option<Value>,
    pub(super) private_dns_enabled: Option<bool>,
    pub(super) route_table_ids: Vec<String>,
    pub(super) security_group_ids: Vec<String>,
    pub(super) service_name: Option<String>,
    pub(super) subnet_ids: Vec<String>,
    vpc_endpoint_type: Option<String>,
    pub(super) vpc_id: String,
}

/// How an endpoint leads to its service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Through a route.
    Gateway,
    /// Through network interfaces.
    Interface,
    /// Another kind, which leads to no service of this architecture.
    Other,
}

impl VpcEndpointProperties {
    pub(super) fn kind(&self) -> Kind {
        match self.vpc_endpoint_type.as_deref() {
            None | Some("Gateway") => Kind::Gateway,
            Some("Interface") => Kind::Interface,
            Some(_) => Kind::Other,
        }
    }

    /// The type, in EC2's words.
    pub(super) fn type_name(&self) -> &str {
        self.vpc_endpoint_type.as_deref().unwrap_or("Gateway")
    }

    /// The name of the service without its region: `dynamodb`, `ecr.api`.
    pub(super) fn service(&self) -> &str {
        let name = self.service_name.as_deref().unwrap_or("");
        name.splitn(4, '.').nth(3).unwrap_or(name)
    }
}

impl ResourceType for VpcEndpoint {
    const NAME: &'static str = "AWS::EC2::VPCEndpoint";
    const SCHEMA: &'static str = include_str!("vpc_endpoint.json");
    const USUAL_DURATION: Duration = Duration::from_secs(12);
    type Properties = VpcEndpointProperties;

    async fn create(request: &Request, properties: &VpcEndpointProperties) -> Result<Made, String> {
        let account = &request.account;
        account.read(|state| check(state, properties))?;
        let id = ec2_id("vpce");
        let interfaces = account.change(|state| attach_all(state, &id, properties))?;
        let dns_entries = dns_entries(&account.region, &id, properties);
        let attributes = json!({
            "Id": id,
            "CreationTimestamp": now(),
            "DnsEntries": dns_entries,
            "NetworkInterfaceIds": interfaces,
        });
        Ok(Made::new(id, attributes))
    }

    async fn update(
        request: &Request,
        _: &VpcEndpointProperties,
        after: &VpcEndpointProperties,
    ) -> Result<(), String> {
        let id = request.physical_id.as_str();
        request
            .account
            .change(|state| move_interfaces(state, id, after))
    }

    async fn delete(request: &Request, _: &VpcEndpointProperties) -> Result<(), String> {
        let owner = Owner::VpcEndpoint(request.physical_id.clone());
        request
            .account
            .change(|state| state.interfaces.detach(&owner));
        Ok(())
    }
}

fn check(state: &State, properties: &VpcEndpointProperties) -> Result<(), String> {
    let vpc = properties.vpc_id.as_str();
    check_ids(state, &[("VpcId", Some(vpc))])?;
    for table in &properties.route_table_ids {
        check_table(state, table)?;
    }
    let item = state.inventory.get(vpc);
    let dns = item.map(Item::read::<VpcProperties>);
    let dns = dns.is_some_and(|vpc| {
        vpc.enable_dns_support.unwrap_or(true) && vpc.enable_dns_hostnames.unwrap_or(false)
    });
    if properties.private_dns_enabled == Some(true) && !dns {
        // The same words in public reports, such as terraform-provider-aws issue 20007.
        return refused(&format!(
            "Enabling private DNS requires both enableDnsSupport and enableDnsHostnames VPC attributes set to true for {vpc}"
        ));
    }
    Ok(())
}

/// Moves the interfaces of an endpoint to its subnets, with its security groups.
fn move_interfaces(
    state: &mut State,
    id: &str,
    properties: &VpcEndpointProperties,
) -> Result<(), String> {
    let owner = Owner::VpcEndpoint(id.to_owned());
    let subnets = &properties.subnet_ids;
    state
        .interfaces
        .retain_of(&owner, |one| subnets.contains(&one.subnet));
    attach_all(state, id, properties)?;
    let groups = properties.security_group_ids.clone();
    let groups = groups_or_default(state, &properties.vpc_id, groups);
    let groups = groups.map_err(|err| refusal_of(&err))?;
    state.interfaces.regroup(&owner, &groups);
    Ok(())
}

/// Gives an interface endpoint an interface in each of its subnets that has none, and returns the ids of
/// the new ones.
fn attach_all(
    state: &mut State,
    id: &str,
    properties: &VpcEndpointProperties,
) -> Result<Vec<String>, String> {
    if properties.kind() != Kind::Interface {
        return Ok(Vec::new());
    }
    let owner = Owner::VpcEndpoint(id.to_owned());
    let mut subnets = properties.subnet_ids.clone();
    subnets.retain(|subnet| !state.interfaces.of(&owner).any(|one| one.subnet == *subnet));
    let attached = subnets.iter().map(|subnet| {
        let wanted = Wanted {
            owner: owner.clone(),
            description: format!("VPC Endpoint Interface {id}"),
            subnet: subnet.clone(),
            groups: properties.security_group_ids.clone(),
            public: Public::No,
            ipv6: false,
        };
        attach(state, wanted).map(|interface| interface.id)
    });
    attached
        .collect::<Result<_, _>>()
        .map_err(|err| refusal_of(&err))
}

/// The host names of an interface endpoint, each after the id of its hosted zone.
fn dns_entries(region: &str, id: &str, properties: &VpcEndpointProperties) -> Vec<String> {
    if properties.kind() != Kind::Interface {
        return Vec::new();
    }
    let service = properties.service();
    let own = format!("Z273ZU8SZ5RJPC:{id}.{service}.{region}.vpce.amazonaws.com");
    let private = properties.private_dns_enabled == Some(true);
    let private = private.then(|| format!("ZONEIDPENDING:{service}.{region}.amazonaws.com"));
    [own].into_iter().chain(private).collect()
}
