//! An account with one of each resource, and a sample of each type that it accepts.

use serde_json::{Value, json};

use super::add;
use crate::account::State;

/// The resources: type, id, properties and attributes.
pub(super) fn standing() -> State {
    let mut state = State::default();
    let all = json!([
        ["EC2::VPC", "vpc-1", {"CidrBlock": "10.0.0.0/16"}, {"DefaultSecurityGroup": "sg-default"}],
        ["EC2::VPC", "vpc-2", {"CidrBlock": "10.1.0.0/16"}],
        ["EC2::InternetGateway", "igw-1", {}],
        ["EC2::InternetGateway", "igw-2", {}],
        ["EC2::VPCGatewayAttachment", "IGW|vpc-1", {"VpcId": "vpc-1", "InternetGatewayId": "igw-1"}],
        ["EC2::Subnet", "subnet-a", {"VpcId": "vpc-1", "CidrBlock": "10.0.0.0/24"}, {"AvailabilityZone": "eu-central-1a"}],
        ["EC2::Subnet", "subnet-b", {"VpcId": "vpc-1", "CidrBlock": "10.0.1.0/24"}, {"AvailabilityZone": "eu-central-1b"}],
        ["EC2::Subnet", "subnet-c", {"VpcId": "vpc-1", "CidrBlock": "10.0.2.0/24"}, {"AvailabilityZone": "eu-central-1a"}],
        ["EC2::Subnet", "subnet-2", {"VpcId": "vpc-2", "CidrBlock": "10.1.0.0/24"}, {"AvailabilityZone": "eu-central-1b"}],
        ["EC2::Subnet", "subnet-3", {"VpcId": "vpc-2", "CidrBlock": "10.1.1.0/24"}, {"AvailabilityZone": "eu-central-1a"}],
        ["EC2::RouteTable", "rtb-1", {"VpcId": "vpc-1"}],
        ["EC2::RouteTable", "rtb-2", {"VpcId": "vpc-2"}],
        ["EC2::SecurityGroup", "sg-1", {"VpcId": "vpc-1", "GroupName": "web"}],
        ["EC2::SecurityGroup", "sg-2", {"VpcId": "vpc-2"}],
        ["EC2::EIP", "203.0.113.1", {}, {"AllocationId": "eipalloc-1"}],
        ["EC2::NatGateway", "nat-1", {"SubnetId": "subnet-a"}],
        ["EC2::NatGateway", "nat-2", {"SubnetId": "subnet-2"}],
        ["EC2::PrefixList", "pl-1", {"MaxEntries": 61, "AddressFamily": "IPv4"}],
        ["WAFv2::WebACL", "main|1|REGIONAL", {}, {"Name": "main", "Arn": "arn:aws:wafv2:eu-central-1:123456789012:regional/webacl/main/1"}],
        ["WAFv2::IPSet", "office|1|REGIONAL", {}, {"Name": "office", "Arn": "arn:aws:wafv2:eu-central-1:123456789012:regional/ipset/office/1"}],
        ["IAM::Role", "worker", {}],
        ["IAM::ManagedPolicy", "arn:aws:iam::123456789012:policy/own", {}],
        ["ECS::Cluster", "main", {}],
        ["ECS::TaskDefinition", "arn:aws:ecs:eu-central-1:123456789012:task-definition/app:1", sample("ECS::TaskDefinition")],
        ["ECS::TaskDefinition", "arn:aws:ecs:eu-central-1:123456789012:task-definition/bridge:1", {
            "RequiresCompatibilities": ["EC2"], "NetworkMode": "bridge",
            "ContainerDefinitions": [{"Name": "web", "Image": "a", "PortMappings": [{"ContainerPort": 8080}]}],
        }],
        ["ElasticLoadBalancingV2::LoadBalancer", BALANCER, {"Subnets": ["subnet-a", "subnet-b"]},
            {"LoadBalancerName": "web", "LoadBalancerFullName": "app/web/1"}],
        ["ElasticLoadBalancingV2::LoadBalancer", OTHER_BALANCER, {"Subnets": ["subnet-a", "subnet-b"]},
            {"LoadBalancerName": "other", "LoadBalancerFullName": "app/other/1"}],
        ["ElasticLoadBalancingV2::TargetGroup", GROUP, sample("ElasticLoadBalancingV2::TargetGroup"),
            {"TargetGroupName": "web", "TargetGroupFullName": "targetgroup/web/1"}],
        ["ElasticLoadBalancingV2::TargetGroup", "arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/idle/1",
            {"TargetType": "ip", "VpcId": "vpc-1", "Protocol": "HTTP"}],
        ["ElasticLoadBalancingV2::TargetGroup", "arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/hosts/1",
            {"TargetType": "instance", "VpcId": "vpc-1", "Protocol": "TCP"}],
        ["ElasticLoadBalancingV2::TargetGroup", "arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/away/1",
            {"TargetType": "ip", "VpcId": "vpc-2", "Protocol": "HTTP"}],
        ["ElasticLoadBalancingV2::Listener", "arn:aws:elasticloadbalancing:eu-central-1:123456789012:listener/app/web/1/1", {
            "LoadBalancerArn": BALANCER, "Port": 80, "DefaultActions": [{"Type": "forward", "TargetGroupArn": GROUP}],
        }],
        ["ECS::Service", "arn:aws:ecs:eu-central-1:123456789012:service/main/app", {"LoadBalancers": [{"TargetGroupArn": GROUP}]}],
        ["Logs::LogGroup", "app", {"LogGroupName": "app"}],
        ["S3::Bucket", "files", {}],
        ["Logs::LogGroup", "full", {"LogGroupName": "full"}],
        ["ApplicationAutoScaling::ScalableTarget", "service/main/app|ecs:service:DesiredCount|ecs", {}],
    ]);
    let filter = json!({"pattern": "", "transformations": [], "created": 0});
    let filters: serde_json::Map<_, _> = (0..100)
        .map(|number| (format!("f{number}"), filter.clone()))
        .collect();
    state.metric_filters = serde_json::from_value(json!({"full": filters})).unwrap();
    for item in all.as_array().unwrap() {
        add(&mut state, item);
    }
    state
}

const BALANCER: &str =
    "arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/app/web/1";
const OTHER_BALANCER: &str =
    "arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/app/other/1";
const GROUP: &str = "arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/web/1";

/// Properties that the account accepts.
pub(super) fn sample(kind: &str) -> Value {
    match kind {
        "EC2::VPC" => json!({"CidrBlock": "10.9.0.0/16"}),
        "EC2::Subnet" => json!({"VpcId": "vpc-1", "CidrBlock": "10.0.9.0/24"}),
        "EC2::InternetGateway" => json!({}),
        "EC2::VPCGatewayAttachment" => json!({"VpcId": "vpc-2", "InternetGatewayId": "igw-2"}),
        "EC2::EIP" => json!({"Domain": "vpc"}),
        "EC2::NatGateway" => json!({"SubnetId": "subnet-a", "AllocationId": "eipalloc-1"}),
        "EC2::RouteTable" => json!({"VpcId": "vpc-1"}),
        "EC2::SubnetRouteTableAssociation" => {
            json!({"SubnetId": "subnet-a", "RouteTableId": "rtb-1"})
        }
        "EC2::Route" => {
            json!({"RouteTableId": "rtb-1", "DestinationCidrBlock": "0.0.0.0/0", "GatewayId": "igw-1"})
        }
        "EC2::VPCEndpoint" => {
            json!({"VpcId": "vpc-1", "ServiceName": "com.amazonaws.eu-central-1.s3", "RouteTableIds": ["rtb-1"]})
        }
        "EC2::SecurityGroup" => json!({
            "GroupDescription": "Web - (80)", "VpcId": "vpc-1",
            "SecurityGroupIngress": [{"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "CidrIp": "0.0.0.0/0"}],
            "SecurityGroupEgress": [{"IpProtocol": "-1", "CidrIp": "0.0.0.0/0"}],
        }),
        "EC2::SecurityGroupIngress" => json!({
            "GroupId": "sg-1", "IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "SourceSecurityGroupId": "sg-1",
        }),
        "EC2::SecurityGroupEgress" => json!({
            "GroupId": "sg-1", "IpProtocol": "udp", "FromPort": 0, "ToPort": 65535, "DestinationPrefixListId": "pl-6ea54007",
        }),
        "IAM::Role" => json!({
            "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [{
                "Effect": "Allow", "Principal": {"Service": "ecs-tasks.amazonaws.com"}, "Action": "sts:AssumeRole",
                "Condition": {"StringEquals": {"aws:SourceAccount": "123456789012"}},
            }]},
            "ManagedPolicyArns": ["arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"],
            "Policies": [{"PolicyName": "own", "PolicyDocument": sample("IAM::ManagedPolicy")["PolicyDocument"]}],
        }),
        "EC2::FlowLog" => json!({
            "ResourceId": "vpc-1", "ResourceType": "VPC", "TrafficType": "ALL", "LogGroupName": "app",
            "DeliverLogsPermissionArn": "arn:aws:iam::123456789012:role/worker",
        }),
        "EC2::NetworkAclEntry" => json!({
            "NetworkAclId": "acl-1", "RuleNumber": 100, "RuleAction": "allow", "Protocol": 6,
            "CidrBlock": "0.0.0.0/0", "PortRange": {"From": 80, "To": 80},
        }),
        "IAM::RolePolicy" => json!({
            "RoleName": "worker", "PolicyName": "own", "PolicyDocument": sample("IAM::Policy")["PolicyDocument"],
        }),
        "IAM::OIDCProvider" => json!({"Url": "https://example.com", "ClientIdList": ["a"]}),
        "IAM::Policy" | "IAM::ManagedPolicy" => json!({
            "PolicyName": "own", "Roles": ["worker"],
            "PolicyDocument": {"Version": "2012-10-17", "Statement": [{
                "Sid": "Read", "Effect": "Allow", "Action": ["dynamodb:Scan", "s3:Get*"],
                "Resource": "arn:aws:dynamodb:eu-central-1:123456789012:table/a*",
            }]},
        }),
        "KMS::Key" => json!({"KeyPolicy": {"Version": "2012-10-17", "Statement": [
            {"Sid": "Enable IAM User Permissions", "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::123456789012:root"},
                "Action": "kms:*", "Resource": "*"},
            {"Effect": "Allow", "Principal": {"Service": "logs.eu-central-1.amazonaws.com", "AWS": "arn:aws:iam::123456789012:role/worker"},
                "Action": ["kms:Encrypt*", "kms:Decrypt*"], "Resource": "*"},
        ]}}),
        "ECR::Repository" => {
            json!({"RepositoryName": "app", "LifecyclePolicy": {"LifecyclePolicyText":
                r#"{"rules":[{"rulePriority":1,"description":"a","selection":{"tagStatus":"untagged","countType":"sinceImagePushed","countUnit":"days","countNumber":365},"action":{"type":"expire"}}]}"#,
            }, "RepositoryPolicyText": {"Version": "2012-10-17", "Statement": [{
                "Sid": "Pull images", "Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "ecr:BatchGetImage",
            }]}})
        }
        "S3::BucketPolicy" => {
            json!({"Bucket": "assets", "PolicyDocument": {"Version": "2012-10-17", "Statement": [
                {"Effect": "Deny", "Principal": {"AWS": "*"}, "Action": "s3:*", "Resource": ["arn:aws:s3:::assets", "arn:aws:s3:::assets/*"],
                    "Condition": {"Bool": {"aws:SecureTransport": "false"}}},
                {"Effect": "Allow", "Principal": "*", "Action": ["s3:GetObject", "s3:ListBucket"],
                    "Resource": ["arn:aws:s3:::assets", "arn:aws:s3:::assets/*"], "Condition": {"StringEquals": {"aws:SourceVpce": "vpce-1"}}},
            ]}})
        }
        "SNS::TopicPolicy" => json!({"PolicyDocument": {"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Principal": {"Service": "cloudwatch.amazonaws.com"}, "Action": "sns:Publish", "Resource": "*"},
            {"Effect": "Allow", "Principal": "*", "Action": ["SNS:Subscribe", "SNS:List*"], "Resource": "*"},
        ]}}),
        "SecretsManager::ResourcePolicy" => {
            json!({"SecretId": "s", "ResourcePolicy": {"Version": "2012-10-17", "Statement": [{
                "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::123456789012:role/worker"},
                "Action": "secretsmanager:GetSecretValue", "Resource": "*",
            }]}})
        }
        "ECS::Cluster" => {
            json!({"ClusterName": "my_cluster-1", "ClusterSettings": [{"Name": "containerInsights", "Value": "enabled"}]})
        }
        "ECS::TaskDefinition" => task_definition(),
        "ECS::Service" => service(),
        "ElasticLoadBalancingV2::LoadBalancer" => json!({
            "Scheme": "internet-facing", "Subnets": ["subnet-a", "subnet-b"], "SecurityGroups": ["sg-1"],
            "LoadBalancerAttributes": [{"Key": "idle_timeout.timeout_seconds", "Value": "60"}],
        }),
        "ElasticLoadBalancingV2::TargetGroup" => json!({
            "TargetType": "ip", "VpcId": "vpc-1", "Port": 8080, "Protocol": "HTTP", "HealthCheckPath": "/ping",
            "HealthCheckIntervalSeconds": 5, "HealthCheckTimeoutSeconds": 2, "Matcher": {"HttpCode": "200,301-399"},
            "TargetGroupAttributes": [{"Key": "deregistration_delay.timeout_seconds", "Value": "15"}],
        }),
        "ElasticLoadBalancingV2::Listener" => json!({
            "LoadBalancerArn": BALANCER, "Port": 81, "Protocol": "HTTP",
            "DefaultActions": [{"Type": "forward", "TargetGroupArn": GROUP}],
        }),
        "DynamoDB::Table" => json!({
            "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
            "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
            "BillingMode": "PAY_PER_REQUEST",
        }),
        "SSM::Parameter" => json!({"Name": "/go-on-aws/table", "Type": "String", "Value": "a"}),
        "CloudWatch::Alarm" => json!({
            "MetricName": "CPUUtilization", "Namespace": "AWS/ECS", "Statistic": "Average",
            "Dimensions": [{"Name": "ClusterName", "Value": "main"}], "Period": 60,
            "EvaluationPeriods": 3, "DatapointsToAlarm": 2, "Threshold": 80,
            "ComparisonOperator": "GreaterThanThreshold", "TreatMissingData": "notBreaching",
            "AlarmActions": ["arn:aws:sns:eu-central-1:123456789012:alarms"],
        }),
        "CloudWatch::CompositeAlarm" => json!({"AlarmName": "both", "AlarmRule": "TRUE"}),
        "CloudWatch::Dashboard" => json!({
            "DashboardName": "mine",
            "DashboardBody": r##"{"widgets":[{"type":"text","properties":{"markdown":"# a"}}]}"##,
        }),
        "Logs::MetricFilter" => json!({
            "LogGroupName": "app", "FilterPattern": "{ $.level = \"ERROR\" }",
            "MetricTransformations": [{
                "MetricName": "Errors", "MetricNamespace": "Mine", "MetricValue": "1",
            }],
        }),
        "S3::Bucket" => {
            json!({"LifecycleConfiguration": {"Rules": [{"Status": "Enabled", "ExpirationInDays": 30}]}})
        }
        "SNS::Subscription" => json!({
            "TopicArn": "arn:aws:sns:eu-central-1:123456789012:alarms", "Protocol": "email", "Endpoint": "a@example.com",
            "FilterPolicy": {"level": ["error"]},
        }),
        "SNS::Topic" => json!({"TopicName": "alarms", "DisplayName": "Alarms"}),
        "Logs::LogGroup" => json!({"LogGroupName": "/aws/ecs/x#1", "RetentionInDays": 30}),
        "ApplicationAutoScaling::ScalableTarget" => json!({
            "ServiceNamespace": "ecs", "ScalableDimension": "ecs:service:DesiredCount",
            "ResourceId": "service/main/app", "MinCapacity": 1, "MaxCapacity": 4,
        }),
        "ApplicationAutoScaling::ScalingPolicy" => json!({
            "PolicyName": "cpu", "PolicyType": "TargetTrackingScaling",
            "ScalingTargetId": "service/main/app|ecs:service:DesiredCount|ecs",
            "TargetTrackingScalingPolicyConfiguration": {
                "PredefinedMetricSpecification": {"PredefinedMetricType": "ECSServiceAverageCPUUtilization"},
                "TargetValue": 60, "ScaleInCooldown": 300,
            },
        }),
        "EC2::PrefixList" => json!({
            "PrefixListName": "offices", "AddressFamily": "IPv4", "MaxEntries": 2,
            "Entries": [{"Cidr": "203.0.113.0/24", "Description": "one"}, {"Cidr": "198.51.100.7/32"}],
        }),
        "WAFv2::IPSet" => json!({
            "Name": "home", "Scope": "REGIONAL", "IPAddressVersion": "IPV4", "Addresses": ["203.0.113.0/24"],
        }),
        "WAFv2::WebACL" => web_acl(),
        "WAFv2::WebACLAssociation" => json!({
            "ResourceArn": BALANCER,
            "WebACLArn": "arn:aws:wafv2:eu-central-1:123456789012:regional/webacl/main/1",
        }),
        other => panic!("there is no sample of {other}"),
    }
}

fn web_acl() -> Value {
    let rate = json!({"RateBasedStatement": {"Limit": 10, "AggregateKeyType": "IP"}});
    let office = json!({"IPSetReferenceStatement": {
        "Arn": "arn:aws:wafv2:eu-central-1:123456789012:regional/ipset/office/1",
    }});
    let common = json!({"ManagedRuleGroupStatement": {
        "VendorName": "AWS", "Name": "AWSManagedRulesCommonRuleSet", "Version": "Version_1.4",
    }});
    json!({
        "Name": "web", "Scope": "REGIONAL", "DefaultAction": {"Allow": {}},
        "CustomResponseBodies": {"no": {"ContentType": "TEXT_PLAIN", "Content": "No."}},
        "Rules": [
            {"Name": "rate", "Priority": 0, "Statement": rate, "Action": {"Block": {}}},
            {
                "Name": "office", "Priority": 1, "Statement": {"NotStatement": {"Statement": office}},
                "Action": {"Block": {"CustomResponse": {"ResponseCode": 418, "CustomResponseBodyKey": "no"}}},
            },
            {"Name": "common", "Priority": 2, "Statement": common, "OverrideAction": {"None": {}}},
        ],
    })
}

fn task_definition() -> Value {
    json!({
        "RequiresCompatibilities": ["FARGATE"], "NetworkMode": "awsvpc", "Cpu": "256", "Memory": "512",
        "ExecutionRoleArn": "arn:aws:iam::123456789012:role/worker",
        "ContainerDefinitions": [{
            "Name": "web", "Image": "nginx:1", "PortMappings": [{"ContainerPort": 8080, "Protocol": "tcp"}],
            "LogConfiguration": {"LogDriver": "awslogs", "Options": {
                "awslogs-group": "g", "awslogs-region": "eu-central-1", "awslogs-stream-prefix": "task",
            }},
        }],
    })
}

fn service() -> Value {
    json!({
        "Cluster": "main", "LaunchType": "FARGATE", "HealthCheckGracePeriodSeconds": 30,
        "TaskDefinition": "arn:aws:ecs:eu-central-1:123456789012:task-definition/app:1",
        "LoadBalancers": [{"ContainerName": "web", "ContainerPort": 8080, "TargetGroupArn": GROUP}],
        "NetworkConfiguration": {"AwsvpcConfiguration": {
            "AssignPublicIp": "DISABLED", "Subnets": ["subnet-a", "subnet-b"], "SecurityGroups": ["sg-1"],
        }},
    })
}
