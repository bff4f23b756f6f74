//! EC2: the network. It carries no packets, but its resources are checked as on AWS.

mod elastic_ip;
mod internet_gateway;
mod nat_gateway;
mod network;
mod route;
mod route_table;
mod rules;
mod security_group;
mod security_group_rule;
mod subnet;
mod subnet_route_table_association;
mod vpc;
mod vpc_endpoint;
mod vpc_gateway_attachment;
mod zones;

pub(crate) use self::elastic_ip::ElasticIp;
pub(crate) use self::internet_gateway::InternetGateway;
pub(crate) use self::nat_gateway::NatGateway;
pub(crate) use self::route::Route;
pub(crate) use self::route_table::RouteTable;
pub(crate) use self::rules::RULES;
pub(crate) use self::security_group::SecurityGroup;
pub(crate) use self::security_group_rule::{SecurityGroupEgress, SecurityGroupIngress};
pub(crate) use self::subnet::{Subnet, vpc_of};
pub(crate) use self::subnet_route_table_association::SubnetRouteTableAssociation;
pub(crate) use self::vpc::{Vpc, vpcs};
pub(crate) use self::vpc_endpoint::VpcEndpoint;
pub(crate) use self::vpc_gateway_attachment::VpcGatewayAttachment;
pub(crate) use self::zones::zones;
