//! The parts of a network without NAT gateways: endpoints with their policies, and network ACLs.

use super::breaks::Breaks::{Hangs, NoAnswer, Page, Start};
use super::breaks::Row;
use super::check;
use super::image::Image;
use super::stand::Stand;

const UNHEALTHY: &str = "Task failed ELB health checks";

// What Fargate says if it cannot reach ECR, CloudWatch Logs, the registry, or the bucket with the layers.
const NO_ECR: &str = "unable to pull secrets or registry auth: The task cannot pull registry auth from Amazon ECR: There is a connection issue";
const NO_LOG: &str =
    "failed to validate logger args: The task cannot find the Amazon CloudWatch log group";
const NO_MANIFEST: &str =
    "CannotPullContainerError: pull image manifest has been retried 5 time(s)";
const NO_LAYERS: &str = "CannotPullContainerError: ref pull has been retried 5 time(s): failed to copy: httpReadSeeker: failed open: failed to do request";

#[rustfmt::skip]
const ROWS: &[Row] = &[
    ("PublicRouteTable", NoAnswer, &[("internet", "load-balancer", "Add a route for 0.0.0.0/0 to internet gateway")]),
    ("PublicDefaultRoute", NoAnswer, &[("internet", "load-balancer", "Add a route for 0.0.0.0/0 to internet gateway")]),
    ("PublicSubnet1RouteTable", NoAnswer, &[("internet", "load-balancer", "Add a route for 0.0.0.0/0 to internet gateway")]),
    ("PublicSubnet2RouteTable", NoAnswer, &[("internet", "load-balancer", "Add a route for 0.0.0.0/0 to internet gateway")]),
    ("PrivateRouteTable", Start(NO_LAYERS), &[("task", "ecr", "or an endpoint of the service to the VPC"), ("task", "dynamodb", "or an endpoint of the service to the VPC")]),
    ("PrivateSubnet1RouteTable", Start(NO_LAYERS), &[("task", "ecr", "or an endpoint of the service to the VPC"), ("task", "dynamodb", "or an endpoint of the service to the VPC")]),
    ("PrivateSubnet2RouteTable", Start(NO_LAYERS), &[("task", "ecr", "or an endpoint of the service to the VPC"), ("task", "dynamodb", "or an endpoint of the service to the VPC")]),
    ("PublicInBrowsers", NoAnswer, &[("internet", "load-balancer", "PublicAcl of vpc) that allows TCP 80 into")]),
    ("PublicOutResponses", NoAnswer, &[("internet", "load-balancer", "PublicAcl of vpc) that allows the response to TCP 32768-65535 out of")]),
    ("PublicInResponses", Start(UNHEALTHY), &[("load-balancer", "task", "PublicAcl of vpc) that allows the response to TCP 1024-65535 into")]),
    ("PublicOutTasks", Start(UNHEALTHY), &[("load-balancer", "task", "PublicAcl of vpc) that allows TCP 8080 out of")]),
    ("PrivateInRequests", Start(UNHEALTHY), &[("load-balancer", "task", "PrivateAcl of vpc) that allows TCP 8080 into")]),
    ("PrivateOutResponses", Start(UNHEALTHY), &[("load-balancer", "task", "PrivateAcl of vpc) that allows the response to TCP 1024-65535 out of")]),
    ("PrivateOutCalls", Start(NO_LAYERS), &[("task", "ecr", "PrivateAcl of vpc) that allows TCP 443 out of"), ("task", "dynamodb", "PrivateAcl of vpc) that allows TCP 443 out of")]),
    ("PrivateInResponses", Start(NO_LAYERS), &[("task", "ecr", "PrivateAcl of vpc) that allows the response to TCP 32768-60999 into"), ("task", "dynamodb", "PrivateAcl of vpc)")]),
    ("EndpointSecurityGroup SecurityGroupIngress 0", Start(NO_ECR), &[("task", "ecr", "EndpointSecurityGroup of vpc)"), ("task", "ssm", "Add an inbound rule for TCP 443 from"), ("task", "logs", "EndpointSecurityGroup of vpc)")]),
    ("SsmEndpoint", Hangs("/query"), &[("task", "ssm", "an endpoint of the service to the VPC")]),
    ("SsmEndpoint SubnetIds 0", Hangs("/query"), &[("task", "ssm", "PrivateAcl of vpc) that allows TCP 443 into")]),
    ("SsmEndpoint SubnetIds 1", Hangs("/query"), &[("task", "ssm", "PrivateAcl of vpc) that allows TCP 443 into")]),
    ("SsmEndpoint SecurityGroupIds 0", Hangs("/query"), &[("task", "ssm", "default security group of")]),
    ("EcrApiEndpoint", Start(NO_ECR), &[("task", "ecr", "an endpoint of the service to the VPC")]),
    ("EcrApiEndpoint SubnetIds 0", Start(NO_ECR), &[("task", "ecr", "PrivateAcl of vpc) that allows TCP 443 into")]),
    ("EcrApiEndpoint SubnetIds 1", Start(NO_ECR), &[("task", "ecr", "PrivateAcl of vpc) that allows TCP 443 into")]),
    ("EcrApiEndpoint SecurityGroupIds 0", Start(NO_ECR), &[("task", "ecr", "default security group of")]),
    ("EcrDkrEndpoint", Start(NO_MANIFEST), &[("task", "ecr", "an endpoint of the service to the VPC")]),
    ("EcrDkrEndpoint SubnetIds 0", Start(NO_MANIFEST), &[("task", "ecr", "PrivateAcl of vpc) that allows TCP 443 into")]),
    ("EcrDkrEndpoint SubnetIds 1", Start(NO_MANIFEST), &[("task", "ecr", "PrivateAcl of vpc) that allows TCP 443 into")]),
    ("EcrDkrEndpoint SecurityGroupIds 0", Start(NO_MANIFEST), &[("task", "ecr", "default security group of")]),
    ("LogsEndpoint", Start(NO_LOG), &[("task", "logs", "an endpoint of the service to the VPC")]),
    ("LogsEndpoint SubnetIds 0", Start(NO_LOG), &[("task", "logs", "PrivateAcl of vpc) that allows TCP 443 into")]),
    ("LogsEndpoint SubnetIds 1", Start(NO_LOG), &[("task", "logs", "PrivateAcl of vpc) that allows TCP 443 into")]),
    ("LogsEndpoint SecurityGroupIds 0", Start(NO_LOG), &[("task", "logs", "default security group of")]),
    ("DynamoDbEndpoint", Page("/query", "AWS did not answer in time about the table"), &[("task", "dynamodb", "an endpoint of the service to the VPC")]),
    ("DynamoDbEndpoint RouteTableIds 0", Hangs("/query"), &[("task", "dynamodb", "an endpoint of the service to the VPC")]),
    ("DynamoDbEndpoint policy ReadTables", Page("/query", "allow its role dynamodb:"), &[("task", "dynamodb", "DynamoDbEndpoint of vpc) that allows dynamodb:")]),
    ("DynamoDbEndpoint policy dynamodb:DescribeTable", Page("/table", "allow its role dynamodb:DescribeTable"), &[("task", "dynamodb", "DynamoDbEndpoint of vpc) that allows dynamodb:DescribeTable on arn:aws:dynamodb:")]),
    ("DynamoDbEndpoint policy dynamodb:GetItem", Page("/item", "allow its role dynamodb:GetItem"), &[("task", "dynamodb", "DynamoDbEndpoint of vpc) that allows dynamodb:GetItem on arn:aws:dynamodb:")]),
    ("DynamoDbEndpoint policy dynamodb:Scan", Page("/query", "allow its role dynamodb:Scan"), &[("task", "dynamodb", "DynamoDbEndpoint of vpc) that allows dynamodb:Scan on arn:aws:dynamodb:")]),
    ("S3Endpoint", Start(NO_LAYERS), &[("task", "ecr", "an endpoint of the service to the VPC")]),
    ("S3Endpoint RouteTableIds 0", Start(NO_LAYERS), &[("task", "ecr", "an endpoint of the service to the VPC")]),
    ("S3Endpoint policy Layers", Start("unexpected status code https://prod-eu-central-1-starport-layer-bucket.s3.eu-central-1.amazonaws.com/: 403 Forbidden"), &[("task", "ecr", "S3Endpoint of vpc) that allows s3:GetObject on arn:aws:s3:::prod-eu-central-1-starport-layer-bucket/* for every principal")]),
];

#[tokio::test]
async fn each_endpoint_and_entry_of_an_acl_is_there_for_something() {
    let mut stand = Stand::new(include_str!("endpoints.yaml"), &[], Image::App).await;
    stand.fill().await;
    // The network with NAT gateways has the table of the internet gateway.
    check(&stand, "vpc", ROWS, |name| {
        !name.starts_with("InternetGateway")
    })
    .await;
    stand.account.local.stop().await;
}
