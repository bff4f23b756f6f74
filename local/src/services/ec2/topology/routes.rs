//! Route tables, and the subnets that use them.

use std::collections::{BTreeMap, HashMap};
use std::net::{Ipv4Addr, Ipv6Addr};

use super::Vpc;
use crate::account::State;
use crate::aws::{Block, Block6};
use crate::resources::ResourceType as _;
use crate::services::ec2::prefix_lists::PrefixList;
use crate::services::ec2::prefix_lists::prefix_lists;
use crate::services::ec2::route::{Route as RouteType, RouteProperties};
use crate::services::ec2::route_table::{RouteTable, RouteTableProperties};
use crate::services::ec2::subnet_route_table_association::{
    SubnetRouteTableAssociation, SubnetRouteTableAssociationProperties,
};
use crate::services::ec2::vpc_endpoint::{Kind, VpcEndpoint, VpcEndpointProperties};

/// A route table.
#[derive(Debug, Default)]
pub(crate) struct Table {
    pub(crate) vpc: String,
    pub(crate) routes: Vec<Route>,
}

/// A route.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Route {
    pub(crate) to: Destination,
    pub(crate) via: Target,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Destination {
    Block(Block),
    PrefixList(String),
    /// An IPv6 block, as it was written.
    Ipv6(String),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Target {
    /// Within the VPC.
    Local,
    /// An internet gateway.
    Gateway(String),
    Nat(String),
    /// A gateway endpoint.
    Endpoint(String),
    EgressOnly(String),
    /// A target that the local AWS does not have.
    Other(String),
}

impl Table {
    /// The route for an address: that with the longest prefix.
    pub(crate) fn route(&self, lists: &[PrefixList], to: Ipv4Addr) -> Option<&Route> {
        let fitting = self.routes.iter().filter_map(|route| {
            let prefix = match &route.to {
                Destination::Block(block) => block.has(to).then(|| block.prefix()),
                Destination::PrefixList(id) => {
                    let list = lists.iter().find(|list| list.id == *id)?;
                    let blocks = list.blocks.iter().filter(|block| block.has(to));
                    blocks.map(|block| block.prefix()).max()
                }
                Destination::Ipv6(_) => None,
            };
            Some((prefix?, route))
        });
        fitting
            .max_by_key(|(prefix, _)| *prefix)
            .map(|(_, route)| route)
    }
}

impl Table {
    /// The route for an IPv6 address: that with the longest prefix.
    pub(crate) fn route_ipv6(&self, to: Ipv6Addr) -> Option<&Route> {
        let fitting = self.routes.iter().filter_map(|route| match &route.to {
            Destination::Ipv6(block) => {
                let block = Block6::parse(block).filter(|block| block.has(to))?;
                Some((block.prefix(), route))
            }
            _ => None,
        });
        let longest = fitting.max_by_key(|(prefix, _)| *prefix);
        longest.map(|(_, route)| route)
    }
}

/// The route tables by id, and the ids of the tables that are associated with a subnet.
pub(super) fn tables(
    state: &State,
    vpcs: &BTreeMap<String, Vpc>,
) -> (BTreeMap<String, Table>, HashMap<String, String>) {
    let own = state.inventory.of_type(RouteTable::NAME);
    let own = own.map(|(id, item)| (id.to_owned(), item.read::<RouteTableProperties>().vpc_id));
    let main = vpcs
        .iter()
        .map(|(id, vpc)| (vpc.main_table.clone(), id.clone()));
    let mut tables: BTreeMap<String, Table> = own
        .chain(main)
        .map(|(id, vpc)| {
            let local = vpcs.get(&vpc).into_iter().flat_map(|vpc| &vpc.blocks);
            let routes = local.map(|block| Route {
                to: Destination::Block(*block),
                via: Target::Local,
            });
            (
                id,
                Table {
                    routes: routes.collect(),
                    vpc,
                },
            )
        })
        .collect();
    for (_, item) in state.inventory.of_type(RouteType::NAME) {
        let properties: RouteProperties = item.read();
        if let (Some(table), Some(to)) = (
            tables.get_mut(&properties.route_table_id),
            properties.destination(),
        ) {
            let via = properties.target();
            table.routes.push(Route { to, via });
        }
    }
    add_endpoints(state, &mut tables);
    let associations = state.inventory.of_type(SubnetRouteTableAssociation::NAME);
    let table_of = associations.map(|(_, item)| {
        let association: SubnetRouteTableAssociationProperties = item.read();
        (association.subnet_id, association.route_table_id)
    });
    (tables, table_of.collect())
}

/// A gateway endpoint adds a route to its service to each of its tables.
fn add_endpoints(state: &State, tables: &mut BTreeMap<String, Table>) {
    let lists = prefix_lists(state.region.as_deref().unwrap_or(""));
    for (id, item) in state.inventory.of_type(VpcEndpoint::NAME) {
        let endpoint: VpcEndpointProperties = item.read();
        let service = endpoint.service();
        let list = lists
            .iter()
            .find(|list| list.name.ends_with(&format!(".{service}")));
        let Some(list) = list.filter(|_| endpoint.kind() == Kind::Gateway) else {
            continue;
        };
        for table in &endpoint.route_table_ids {
            if let Some(table) = tables.get_mut(table) {
                table.routes.push(Route {
                    to: Destination::PrefixList(list.id.clone()),
                    via: Target::Endpoint(id.to_owned()),
                });
            }
        }
    }
}
