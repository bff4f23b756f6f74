//! The parts of the network with NAT gateways, one in each zone.

use super::breaks::Breaks::{Deploy, Detour, NoAnswer, Nothing, Start};
use super::breaks::{Row, Why};
use super::check;
use super::image::Image;
use super::stand::Stand;

/// What Fargate says if it cannot reach ECR.
const NO_ECR: &str = "unable to pull secrets or registry auth: The task cannot pull registry auth from Amazon ECR: There is a connection issue";

/// The endpoint is there for the price only.
const CHEAPER: &str = "in the other zone, the traffic takes the NAT gateway, too, which costs more";

#[rustfmt::skip]
const ROWS: &[Row] = &[
    ("InternetGateway", Deploy("NatGateway1: has no Internet gateway attached"), &[]),
    ("InternetGatewayAttachment", Deploy("PublicDefaultRoute: belong to different networks"), &[]),
    ("PublicRouteTable", NoAnswer, &[("internet", "load-balancer", "internet gateway")]),
    ("PublicDefaultRoute", NoAnswer, &[("internet", "load-balancer", "Add a route for 0.0.0.0/0 to internet gateway")]),
    ("PublicSubnet1RouteTable", NoAnswer, &[("internet", "load-balancer", "Add a route for 0.0.0.0/0 to internet gateway")]),
    ("PublicSubnet2RouteTable", NoAnswer, &[("internet", "load-balancer", "Add a route for 0.0.0.0/0 to internet gateway")]),
    ("NatGatewayAddress1", Start(NO_ECR), &[("task", "ecr", "PrivateRouteTable1 of vpc"), ("task", "ssm", "to a NAT gateway")]),
    ("NatGatewayAddress2", Start(NO_ECR), &[("task", "ecr", "PrivateRouteTable2 of vpc"), ("task", "ssm", "to a NAT gateway")]),
    ("NatGateway1", Start(NO_ECR), &[("task", "ecr", "PrivateRouteTable1 of vpc"), ("task", "logs", "to a NAT gateway")]),
    ("NatGateway2", Start(NO_ECR), &[("task", "ecr", "PrivateRouteTable2 of vpc"), ("task", "logs", "to a NAT gateway")]),
    ("PrivateRouteTable1", Start(NO_ECR), &[("task", "ecr", "main route table of vpc"), ("task", "dynamodb", "endpoint of the service")]),
    ("PrivateRouteTable2", Start(NO_ECR), &[("task", "ecr", "main route table of vpc"), ("task", "dynamodb", "endpoint of the service")]),
    ("PrivateDefaultRoute1", Start(NO_ECR), &[("task", "ecr", "Add a route for 0.0.0.0/0 to a NAT gateway")]),
    ("PrivateDefaultRoute2", Start(NO_ECR), &[("task", "ecr", "Add a route for 0.0.0.0/0 to a NAT gateway")]),
    ("PrivateSubnet1RouteTable", Start(NO_ECR), &[("task", "ecr", "main route table of vpc"), ("task", "dynamodb", "main route table")]),
    ("PrivateSubnet2RouteTable", Start(NO_ECR), &[("task", "ecr", "main route table of vpc"), ("task", "dynamodb", "main route table")]),
    ("DynamoDbEndpoint", Detour("task", "dynamodb", "NatGateway1 of vpc) leads to the internet"), &[]),
    ("DynamoDbEndpoint RouteTableIds 0", Detour("task", "dynamodb", "NatGateway1 of vpc) leads to the internet"), &[]),
    ("DynamoDbEndpoint RouteTableIds 1", Nothing(Why::because(CHEAPER)), &[]),
    ("S3Endpoint", Detour("task", "s3", "NatGateway1 of vpc) leads to the internet"), &[]),
    ("S3Endpoint RouteTableIds 0", Detour("task", "s3", "NatGateway1 of vpc) leads to the internet"), &[]),
    ("S3Endpoint RouteTableIds 1", Nothing(Why::because(CHEAPER)), &[]),
];

#[tokio::test]
async fn each_part_of_the_network_is_there_for_something() {
    let stand = Stand::new(vpc::STACK.template, &[("NatGateways", "2")], Image::App).await;
    check(&stand, "vpc", ROWS, |_| true).await;
    stand.account.local.stop().await;
}
