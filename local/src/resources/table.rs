//! Every resource type of the local AWS, one line each. Add a new type beside the others of its
//! service.

use super::handler::Handler;
use crate::cloudformation;
use crate::services::{
    acm, autoscaling, budgets, cdk, cloudwatch, dynamodb, ec2, ecr, ecs, elb, iam, kms, logs,
    route53, s3, secretsmanager, sns, ssm,
};

/// The order matters only for types with `restore`, because a restart restores the resources in
/// this order: put such a type after the types that it uses.
pub(super) static TABLE: &[&dyn Handler] = &[
    &acm::Certificate,
    &cloudformation::NestedStack,
    &cloudformation::WaitCondition,
    &cloudformation::WaitConditionHandle,
    &budgets::Budget,
    &cdk::Metadata,
    &cloudwatch::ALARM,
    &cloudwatch::COMPOSITE_ALARM,
    &cloudwatch::Dashboard,
    &dynamodb::GlobalTable,
    &dynamodb::Table,
    &ec2::DhcpOptions,
    &ec2::EgressOnlyInternetGateway,
    &ec2::ElasticIp,
    &ec2::FlowLog,
    &ec2::InternetGateway,
    &ec2::NatGateway,
    &ec2::NetworkAcl,
    &ec2::NetworkAclEntry,
    &ec2::PrefixList,
    &ec2::Route,
    &ec2::RouteTable,
    &ec2::SecurityGroup,
    &ec2::SecurityGroupEgress,
    &ec2::SecurityGroupIngress,
    &ec2::Subnet,
    &ec2::SubnetCidrBlock,
    &ec2::SubnetNetworkAclAssociation,
    &ec2::SubnetRouteTableAssociation,
    &ec2::Vpc,
    &ec2::VpcCidrBlock,
    &ec2::VpcDhcpOptionsAssociation,
    &ec2::VpcEndpoint,
    &ec2::VpcGatewayAttachment,
    &ecr::Repository,
    &elb::LoadBalancer,
    &elb::TargetGroup,
    &elb::Listener,
    &elb::ListenerRule,
    &elb::ListenerCertificate,
    &iam::InstanceProfile,
    &iam::ManagedPolicy,
    &iam::OidcProvider,
    &iam::Policy,
    &iam::Role,
    &iam::RolePolicy,
    &kms::Alias,
    &kms::Key,
    &logs::LogGroup,
    &logs::LogStream,
    &logs::MetricFilter,
    &secretsmanager::ResourcePolicy,
    &logs::QueryDefinition,
    &logs::ResourcePolicy,
    &secretsmanager::Secret,
    &sns::Subscription,
    &sns::Topic,
    &sns::TopicPolicy,
    &route53::HostedZone,
    &route53::RecordSet,
    &route53::RecordSetGroup,
    &s3::Bucket,
    &s3::BucketPolicy,
    &ssm::Parameter,
    &ecs::Cluster,
    &ecs::CapacityProviderAssociations,
    &ecs::TaskDefinition,
    &autoscaling::ScalableTarget,
    &autoscaling::ScalingPolicy,
    &ecs::Service,
];

/// The resource type of this name, if the local AWS has it.
pub(super) fn handler(name: &str) -> Option<&'static dyn Handler> {
    TABLE.iter().find(|handler| handler.name() == name).copied()
}
