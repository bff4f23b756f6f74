//! `DescribeRouteTables`.

use serde_json::{Value, json};

use super::listing::{Listing, tags};
use crate::account::{Account, State};
use crate::aws::ACCOUNT;
use crate::resources::ResourceType as _;
use crate::services::ec2::SubnetRouteTableAssociation;
use crate::services::ec2::subnet_route_table_association::SubnetRouteTableAssociationProperties;
use crate::services::ec2::topology::{Destination, Route, Table, Target, Topology, topology};

pub(super) static TABLES: Listing = Listing {
    action: "DescribeRouteTables",
    set: "routeTableSet",
    ids: &[("RouteTableId", "routeTableId")],
    prefix: "rtb-",
    code: "InvalidRouteTableID",
    missing: "The routeTable ID '{}' does not exist",
    filters: &[
        ("association.gateway-id", "associationSet/gatewayId"),
        (
            "association.route-table-association-id",
            "associationSet/routeTableAssociationId",
        ),
        ("association.route-table-id", "associationSet/routeTableId"),
        ("association.subnet-id", "associationSet/subnetId"),
        ("association.main", "associationSet/main"),
        ("owner-id", "ownerId"),
        ("route-table-id", "routeTableId"),
        (
            "route.destination-cidr-block",
            "routeSet/destinationCidrBlock",
        ),
        (
            "route.destination-ipv6-cidr-block",
            "routeSet/destinationIpv6CidrBlock",
        ),
        (
            "route.destination-prefix-list-id",
            "routeSet/destinationPrefixListId",
        ),
        (
            "route.egress-only-internet-gateway-id",
            "routeSet/egressOnlyInternetGatewayId",
        ),
        ("route.gateway-id", "routeSet/gatewayId"),
        ("route.instance-id", "routeSet/instanceId"),
        ("route.nat-gateway-id", "routeSet/natGatewayId"),
        ("route.transit-gateway-id", "routeSet/transitGatewayId"),
        ("route.origin", "routeSet/origin"),
        ("route.state", "routeSet/state"),
        (
            "route.vpc-peering-connection-id",
            "routeSet/vpcPeeringConnectionId",
        ),
        ("tag-key", "tagSet/key"),
        ("tag-value", "tagSet/value"),
        ("vpc-id", "vpcId"),
    ],
    page: 100,
    all,
};

fn all(account: &Account) -> Vec<Value> {
    let topology = topology(account);
    account.read(|state| {
        let tables = topology.tables.iter();
        tables
            .map(|(id, table)| described(state, &topology, id, table))
            .collect()
    })
}

fn described(state: &State, topology: &Topology, id: &str, table: &Table) -> Value {
    let item = state.inventory.get_of("AWS::EC2::RouteTable", id);
    let vpc = topology.vpcs.get(&table.vpc);
    let is_main = vpc.is_some_and(|vpc| vpc.main_table == id);
    json!({
        "routeTableId": id,
        "vpcId": table.vpc,
        "ownerId": ACCOUNT,
        "routeSet": table.routes.iter().map(|route| shown(topology, route)).collect::<Vec<_>>(),
        "associationSet": associations(state, id, is_main),
        "propagatingVgwSet": [],
        "tagSet": item.map_or_else(|| json!([]), |item| tags(state, id, item)),
    })
}

fn associations(state: &State, table: &str, is_main: bool) -> Vec<Value> {
    let associated = json!({"state": "associated"});
    let main = is_main.then(|| {
        json!({
            "main": true,
            "routeTableAssociationId": table.replacen("rtb-", "rtbassoc-", 1),
            "routeTableId": table,
            "associationState": associated,
        })
    });
    let items = state.inventory.of_type(SubnetRouteTableAssociation::NAME);
    let own = items.filter_map(|(id, item)| {
        let properties: SubnetRouteTableAssociationProperties = item.read();
        (properties.route_table_id == table).then(|| {
            json!({
                "main": false,
                "routeTableAssociationId": id,
                "routeTableId": table,
                "subnetId": properties.subnet_id,
                "associationState": associated,
            })
        })
    });
    main.into_iter().chain(own).collect()
}

fn shown(topology: &Topology, route: &Route) -> Value {
    let mut shown = match &route.to {
        Destination::Block(block) => json!({"destinationCidrBlock": block.to_string()}),
        Destination::PrefixList(id) => json!({"destinationPrefixListId": id}),
        Destination::Ipv6(block) => json!({"destinationIpv6CidrBlock": block}),
    };
    let (key, id) = match &route.via {
        Target::Local => ("gatewayId", "local"),
        Target::Gateway(id) | Target::Endpoint(id) | Target::Other(id) => {
            ("gatewayId", id.as_str())
        }
        Target::Nat(id) => ("natGatewayId", id.as_str()),
        Target::EgressOnly(id) => ("egressOnlyInternetGatewayId", id.as_str()),
    };
    let is_gone = match &route.via {
        Target::Nat(id) => !topology.nats.contains_key(id),
        Target::Gateway(id) => !topology.gateways.contains_key(id),
        _ => false,
    };
    shown[key] = id.into();
    shown["state"] = if is_gone { "blackhole" } else { "active" }.into();
    shown["origin"] = match route.via {
        Target::Local => "CreateRouteTable",
        _ => "CreateRoute",
    }
    .into();
    shown
}
