//! The parts of the container stack: its security groups and its roles.

use super::breaks::Breaks::{Ends, NoAnswer, Nothing, Page, Refused, Silence, Start};
use super::breaks::{Row, Why};
use super::check;
use super::image::Image;
use super::stand::Stand;

const CANNOT_ASSUME: &str = "ECS was unable to assume the role";
const NO_LOG: &str = "failed to create Cloudwatch log stream: AccessDeniedException: User: arn:aws:sts::123456789012:assumed-role/container-ExecutionRole-";

#[rustfmt::skip]
const ROWS: &[Row] = &[
    ("LoadBalancerSecurityGroup SecurityGroupIngress 0", NoAnswer, &[("internet", "load-balancer", "Add an inbound rule for TCP 80 from 0.0.0.0/0 to security group")]),
    ("LoadBalancerSecurityGroup SecurityGroupEgress 0", Start("Task failed ELB health checks"), &[("load-balancer", "task", "Add an outbound rule for TCP 8080 to")]),
    ("TaskSecurityGroup SecurityGroupEgress 0", Start("There is a connection issue between the task and Amazon ECR"), &[
        ("task", "ecr", "Add an outbound rule for TCP 443 to 0.0.0.0/0 to security group"),
        ("task", "dynamodb", "Add an outbound rule for TCP 443 to"),
        ("task", "ssm", "TaskSecurityGroup of container"),
        ("task", "logs", "TaskSecurityGroup of container"),
    ]),
    ("TaskIngress", Start("Task failed ELB health checks"), &[("load-balancer", "task", "Add an inbound rule for TCP 8080 from")]),
    ("ExecutionRole trust 0", Start(CANNOT_ASSUME), &[("task", "logs", "ExecutionRole of container) that allows sts:AssumeRole for the service ecs-tasks.amazonaws.com")]),
    ("ExecutionRole ManagedPolicyArns 0", Start(NO_LOG), &[("task", "logs", "ExecutionRole of container) that allows logs:CreateLogStream on arn:aws:logs:")]),
    ("ExecutionRole logs:CreateLogStream", Start(NO_LOG), &[("task", "logs", "ExecutionRole of container) that allows logs:CreateLogStream on arn:aws:logs:")]),
    ("ExecutionRole logs:PutLogEvents", Silence, &[("task", "logs", "ExecutionRole of container) that allows logs:PutLogEvents on arn:aws:logs:")]),
    ("TaskRole trust 0", Start(CANNOT_ASSUME), &[("task", "dynamodb", "TaskRole of container) that allows sts:AssumeRole for the service ecs-tasks.amazonaws.com")]),
    ("TaskRole ReadConfiguration", Ends("/go-on-aws/credentials: allow its role ssm:GetParameter"), &[("task", "ssm", "TaskRole of container) that allows ssm:GetParameter on arn:aws:ssm:")]),
    ("TaskRole ReadConfiguration Resource 0", Page("/query", "/go-on-aws/table: allow its role ssm:GetParameter"), &[("task", "ssm", "ssm:GetParameter on arn:aws:ssm:eu-central-1:123456789012:parameter/go-on-aws/table")]),
    ("TaskRole ReadConfiguration Resource 1", Ends("/go-on-aws/credentials: allow its role ssm:GetParameter"), &[("task", "ssm", "ssm:GetParameter on arn:aws:ssm:eu-central-1:123456789012:parameter/go-on-aws/credentials")]),
    ("TaskRole ReadTable", Page("/query", "allow its role dynamodb:"), &[("task", "dynamodb", "TaskRole of container) that allows dynamodb:")]),
    ("TaskRole dynamodb:DescribeTable", Page("/table", "allow its role dynamodb:DescribeTable"), &[("task", "dynamodb", "allows dynamodb:DescribeTable on arn:aws:dynamodb:"), ("task", "dynamodb:DescribeTable", "allows dynamodb:DescribeTable")]),
    ("TaskRole dynamodb:GetItem", Page("/item", "allow its role dynamodb:GetItem"), &[("task", "dynamodb", "allows dynamodb:GetItem on arn:aws:dynamodb:"), ("task", "dynamodb:GetItem", "allows dynamodb:GetItem")]),
    ("TaskRole dynamodb:Scan", Page("/query", "allow its role dynamodb:Scan"), &[("task", "dynamodb", "allows dynamodb:Scan on arn:aws:dynamodb:"), ("task", "dynamodb:Scan", "allows dynamodb:Scan")]),
    ("TaskRole ReadTable Resource 0", Refused("Policy statement must contain resources."), &[]),
    ("TaskRole ReadTable Resource 1", Nothing(Why::because("it is there only if the parameter TableName is given")), &[]),
];

const NO_PULL: &str = "CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref";

#[rustfmt::skip]
const ECR_ROWS: &[Row] = &[
    ("ExecutionRole ManagedPolicyArns 0", Start("unable to retrieve ecr registry auth: service call has been retried 1 time(s): AccessDeniedException"), &[("task", "ecr", "allows ecr:GetAuthorizationToken on *")]),
    ("ExecutionRole ecr:GetAuthorizationToken", Start("unable to retrieve ecr registry auth: service call has been retried 1 time(s): AccessDeniedException"), &[("task", "ecr", "allows ecr:GetAuthorizationToken on *")]),
    ("ExecutionRole ecr:BatchGetImage", Start(NO_PULL), &[("task", "ecr", "allows ecr:BatchGetImage on arn:aws:ecr:")]),
    ("ExecutionRole ecr:GetDownloadUrlForLayer", Start(NO_PULL), &[("task", "ecr", "allows ecr:GetDownloadUrlForLayer on arn:aws:ecr:")]),
    // https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_BatchCheckLayerAvailability.html
    ("ExecutionRole ecr:BatchCheckLayerAvailability", Nothing(Why::because("only pushes ask for it; the policy is one of AWS")), &[]),
];

fn is_of_ecr(name: &str) -> bool {
    name.starts_with("ExecutionRole ecr:") || name == "ExecutionRole ManagedPolicyArns 0"
}

#[tokio::test]
async fn each_rule_and_permission_is_there_for_something() {
    let mut stand = Stand::new(vpc::STACK.template, &[], Image::App).await;
    stand.fill().await;
    check(&stand, "container", ROWS, |name| {
        !name.starts_with("ExecutionRole ecr:")
    })
    .await;
    stand.account.local.stop().await;
}

#[tokio::test]
async fn each_permission_for_an_image_of_ecr_is_there_for_something() {
    let stand = Stand::new(vpc::STACK.template, &[], Image::Pushed).await;
    check(&stand, "container", ECR_ROWS, is_of_ecr).await;
    stand.account.local.stop().await;
}
