//! EC2: the network. It carries no packets. [`reach()`] says whether a connection would get through, and
//! those who open one ask it first.

mod api;
mod balancer_network;
mod dhcp_options;
mod egress_only_internet_gateway;
mod elastic_ip;
mod flow_log;
mod interfaces;
mod internet_gateway;
mod nat_gateway;
mod network;
mod network_acl;
mod network_acl_entry;
mod prefix_list;
mod prefix_lists;
mod reach;
mod route;
mod route_table;
mod rules;
mod security_group;
mod security_group_rule;
mod subnet;
mod subnet_cidr_block;
mod subnet_network_acl_association;
mod subnet_route_table_association;
mod surroundings;
mod task_network;
mod topology;
mod vpc;
mod vpc_cidr_block;
mod vpc_dhcp_options_association;
mod vpc_endpoint;
mod vpc_gateway_attachment;
mod zones;

pub(crate) use self::api::handle;
pub(crate) use self::balancer_network::{
    Addresses, attach_balancer, balancer_leaves, balancer_reaches, client_reaches, detach_balancer,
};
pub(crate) use self::dhcp_options::DhcpOptions;
pub(crate) use self::egress_only_internet_gateway::EgressOnlyInternetGateway;
pub(crate) use self::elastic_ip::ElasticIp;
pub(crate) use self::flow_log::FlowLog;
pub(crate) use self::interfaces::{Interface, Interfaces, Owner, plan};
pub(crate) use self::internet_gateway::InternetGateway;
pub(crate) use self::nat_gateway::NatGateway;
pub(crate) use self::network_acl::NetworkAcl;
pub(crate) use self::network_acl_entry::NetworkAclEntry;
pub(crate) use self::prefix_list::PrefixList;
pub(crate) use self::reach::{Blocked, End, reach};
pub(crate) use self::route::Route;
pub(crate) use self::route_table::RouteTable;
pub(crate) use self::rules::RULES;
pub(crate) use self::security_group::SecurityGroup;
pub(crate) use self::security_group_rule::{SecurityGroupEgress, SecurityGroupIngress};
pub(crate) use self::subnet::{Subnet, vpc_of};
pub(crate) use self::subnet_cidr_block::SubnetCidrBlock;
pub(crate) use self::subnet_network_acl_association::SubnetNetworkAclAssociation;
pub(crate) use self::subnet_route_table_association::SubnetRouteTableAssociation;
pub(crate) use self::surroundings::surroundings;
pub(crate) use self::task_network::{
    HTTPS, Needs, Placement, attach_task, check_start, detach_task, layer_access, passage,
    task_passage, wanted,
};
pub(crate) use self::topology::{Network, Topology, topology};
pub(crate) use self::vpc::{Vpc, vpcs};
pub(crate) use self::vpc_cidr_block::VpcCidrBlock;
pub(crate) use self::vpc_dhcp_options_association::VpcDhcpOptionsAssociation;
pub(crate) use self::vpc_endpoint::VpcEndpoint;
pub(crate) use self::vpc_gateway_attachment::VpcGatewayAttachment;
pub(crate) use self::zones::zones;
