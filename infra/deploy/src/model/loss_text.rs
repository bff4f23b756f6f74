/// Describes what is lost when a resource of this type is deleted or replaced; `None` if a
/// replacement loses nothing.
#[must_use]
pub fn loss(resource_type: &str) -> Option<&'static str> {
    Some(match resource_type {
        // Running tasks keep their revision; scaling pauses for a moment.
        "AWS::ECS::TaskDefinition"
        | "AWS::ApplicationAutoScaling::ScalableTarget"
        | "AWS::ApplicationAutoScaling::ScalingPolicy" => return None,
        "AWS::DynamoDB::Table" => "all of its items",
        "AWS::EC2::VPC" => "the network and everything in it",
        "AWS::EC2::Subnet" => "the subnet and everything in it",
        "AWS::EC2::NatGateway" | "AWS::EC2::EIP" => {
            "internet access of the private subnets for a while, and the public address"
        }
        "AWS::EC2::InternetGateway"
        | "AWS::EC2::VPCGatewayAttachment"
        | "AWS::EC2::Route"
        | "AWS::EC2::RouteTable"
        | "AWS::EC2::SubnetRouteTableAssociation" => "connections through it",
        "AWS::EC2::VPCEndpoint" => "the private connection to its AWS service",
        "AWS::ElasticLoadBalancingV2::LoadBalancer" => "its host name: the page gets a new address",
        "AWS::ElasticLoadBalancingV2::Listener" | "AWS::ElasticLoadBalancingV2::TargetGroup" => {
            "requests that arrive before the new one is ready"
        }
        "AWS::ECS::Service" | "AWS::ECS::Cluster" => "its running tasks",
        "AWS::Logs::LogGroup" => "the logs in it",
        "AWS::SSM::Parameter" => "the parameter, which other stacks may read",
        "AWS::IAM::Role" | "AWS::IAM::Policy" | "AWS::IAM::ManagedPolicy" => {
            "the permissions that it grants"
        }
        "AWS::EC2::SecurityGroup"
        | "AWS::EC2::SecurityGroupIngress"
        | "AWS::EC2::SecurityGroupEgress" => "the connections that it allows",
        "AWS::EC2::PrefixList" => "the ranges of addresses in it",
        "AWS::WAFv2::WebACL" | "AWS::WAFv2::WebACLAssociation" => "the protection by AWS WAF",
        _ => "the resource and everything in it",
    })
}
