//! The network as [`reach`](super::reach()) reads it: VPCs, subnets, routes, gateways, endpoints, rules.
//!
//! It is made from the account's state once for each change, so that a connection costs little.

mod acls;
mod cache;
mod groups;
mod paths;
mod routes;

use std::collections::{BTreeMap, HashMap};

pub(crate) use self::acls::Acl;
pub(crate) use self::cache::{Network, topology};
pub(crate) use self::groups::{Direction, Group, Peer, Ports, Rule};
pub(crate) use self::paths::{Endpoint, Nat};
pub(crate) use self::routes::{Destination, Route, Table, Target};
use super::interfaces::Interface;
use super::prefix_lists::{PrefixList, all_prefix_lists};
use super::subnet::{Subnet as SubnetType, SubnetProperties};
use super::vpc::{self, VpcProperties};
use crate::account::State;
use crate::aws::Block;
use crate::resources::ResourceType as _;
use crate::services::iam::Passage;

/// The network of the account.
#[derive(Debug, Default)]
pub(crate) struct Topology {
    pub(crate) vpcs: BTreeMap<String, Vpc>,
    pub(crate) subnets: BTreeMap<String, Subnet>,
    pub(crate) tables: BTreeMap<String, Table>,
    pub(crate) groups: BTreeMap<String, Group>,
    pub(crate) acls: BTreeMap<String, Acl>,
    /// The VPC that each internet gateway is attached to.
    pub(crate) gateways: BTreeMap<String, String>,
    pub(crate) nats: BTreeMap<String, Nat>,
    pub(crate) endpoints: Vec<Endpoint>,
    pub(crate) prefix_lists: Vec<PrefixList>,
    pub(crate) interfaces: Vec<Interface>,
    /// The logical id and the stack of each resource, by its physical id.
    names: HashMap<String, (String, String)>,
}

/// A VPC.
#[derive(Debug)]
pub(crate) struct Vpc {
    pub(crate) blocks: Vec<Block>,
    /// Whether names are resolved (`EnableDnsSupport`).
    pub(crate) dns: bool,
    /// Whether private DNS of interface endpoints can work (`EnableDnsHostnames` too).
    pub(crate) private_dns: bool,
    pub(crate) main_table: String,
    pub(crate) default_acl: String,
    pub(crate) default_group: String,
}

/// A subnet.
#[derive(Debug)]
pub(crate) struct Subnet {
    /// The route table that it uses, its own or the main one of its VPC.
    pub(crate) table: String,
    pub(crate) acl: String,
}

impl Topology {
    /// Reads the network from the state.
    pub(crate) fn of(state: &State) -> Self {
        let region = state.region.clone().unwrap_or_default();
        let vpcs: BTreeMap<String, Vpc> = vpcs(state);
        let (tables, table_of) = routes::tables(state, &vpcs);
        let (acls, acl_of) = acls::acls(state, &vpcs);
        let gateways = paths::gateways(state);
        Self {
            subnets: subnets(state, &vpcs, &table_of, &acl_of),
            groups: groups::groups(state, &vpcs),
            nats: paths::nats(state),
            endpoints: paths::endpoints(state),
            prefix_lists: all_prefix_lists(state, &region),
            interfaces: state.interfaces.all().cloned().collect(),
            names: names(state),
            tables,
            acls,
            gateways,
            vpcs,
        }
    }

    /// A resource as a person knows it: `sg-1 (TaskSecurityGroup of container)`.
    pub(crate) fn name(&self, id: &str) -> String {
        if let Some((logical_id, stack)) = self.names.get(id) {
            return format!("{id} ({logical_id} of {stack})");
        }
        let of_vpc = |vpc: &str, what: &str| format!("{id} ({what} of {})", self.name(vpc));
        for (vpc, own) in &self.vpcs {
            if own.main_table == id {
                return of_vpc(vpc, "main route table");
            }
            if own.default_acl == id {
                return of_vpc(vpc, "default network ACL");
            }
            if own.default_group == id {
                return of_vpc(vpc, "default security group");
            }
        }
        let list = self.prefix_lists.iter().find(|list| list.id == id);
        list.map_or_else(|| id.to_owned(), |list| format!("{id} ({})", list.name))
    }

    /// The way of a request from an interface, through an endpoint if there is one.
    pub(crate) fn passage(&self, from: &Interface, endpoint: Option<String>) -> Passage {
        let mut endpoints = self.endpoints.iter();
        let through = endpoints.find(|one| Some(&one.id) == endpoint.as_ref());
        Passage {
            vpc: from.vpc.clone(),
            address: from.private_ip,
            policy: through.and_then(|endpoint| endpoint.policy.clone()),
            endpoint,
        }
    }

    /// The blocks of a prefix list of the account. Those that AWS manages have services as clients, not
    /// people.
    pub(crate) fn own_blocks(&self, id: &str) -> Vec<Block> {
        let list = self.prefix_list(id).filter(|list| !list.is_of_aws());
        list.map(|list| list.blocks.clone()).unwrap_or_default()
    }

    /// The prefix list of this id.
    pub(crate) fn prefix_list(&self, id: &str) -> Option<&PrefixList> {
        self.prefix_lists.iter().find(|list| list.id == id)
    }
}

fn vpcs(state: &State) -> BTreeMap<String, Vpc> {
    let items = state.inventory.of_type(vpc::Vpc::NAME);
    items
        .map(|(id, item)| {
            let properties: VpcProperties = item.read();
            let dns = properties.enable_dns_support.unwrap_or(true);
            let vpc = Vpc {
                blocks: vpc::blocks(state, id),
                dns,
                private_dns: dns && properties.enable_dns_hostnames.unwrap_or(false),
                main_table: vpc::main_table(id, item),
                default_acl: item.attribute("DefaultNetworkAcl").to_owned(),
                default_group: item.attribute("DefaultSecurityGroup").to_owned(),
            };
            (id.to_owned(), vpc)
        })
        .collect()
}

fn subnets(
    state: &State,
    vpcs: &BTreeMap<String, Vpc>,
    table_of: &HashMap<String, String>,
    acl_of: &HashMap<String, String>,
) -> BTreeMap<String, Subnet> {
    let items = state.inventory.of_type(SubnetType::NAME);
    items
        .map(|(id, item)| {
            let properties: SubnetProperties = item.read();
            let vpc = vpcs.get(&properties.vpc_id);
            let main = |pick: fn(&Vpc) -> &String| vpc.map(pick).cloned().unwrap_or_default();
            let table = table_of.get(id).cloned();
            let acl = acl_of.get(id).cloned();
            let subnet = Subnet {
                table: table.unwrap_or_else(|| main(|vpc| &vpc.main_table)),
                acl: acl.unwrap_or_else(|| main(|vpc| &vpc.default_acl)),
            };
            (id.to_owned(), subnet)
        })
        .collect()
}

fn names(state: &State) -> HashMap<String, (String, String)> {
    let living = state.stacks.iter().filter(|stack| !stack.is_deleted());
    living
        .flat_map(|stack| {
            let existing = stack.current.existing();
            existing.map(|(name, record)| {
                let named = (name.clone(), stack.name.clone());
                (record.physical_id.clone(), named)
            })
        })
        .collect()
}
