/// What is lost with a resource that is deleted or replaced; `None` for a resource that loses
/// nothing when its next version replaces it.
#[must_use]
pub fn loss(resource_type: &str) -> Option<&'static str> {
    Some(match resource_type {
        // Running tasks keep their revision; scaling pauses for a moment.
        "AWS::ECS::TaskDefinition"
        | "AWS::ApplicationAutoScaling::ScalableTarget"
        | "AWS::ApplicationAutoScaling::ScalingPolicy" => return None,
        "AWS::DynamoDB::Table" => "all of its items",
        "AWS::EC2::VPC" => "the network, with everything in it",
        "AWS::EC2::Subnet" => "the subnet: what is in it moves or is lost",
        "AWS::EC2::NatGateway" | "AWS::EC2::EIP" => {
            "the way out of the private subnets for a while, and its public address"
        }
        "AWS::EC2::InternetGateway"
        | "AWS::EC2::VPCGatewayAttachment"
        | "AWS::EC2::Route"
        | "AWS::EC2::RouteTable"
        | "AWS::EC2::SubnetRouteTableAssociation" => "connections through it",
        "AWS::EC2::VPCEndpoint" => "the direct way to the AWS service behind it",
        "AWS::ElasticLoadBalancingV2::LoadBalancer" => "its host name: the page gets a new address",
        "AWS::ElasticLoadBalancingV2::Listener" | "AWS::ElasticLoadBalancingV2::TargetGroup" => {
            "requests until the new one is ready"
        }
        "AWS::ECS::Service" | "AWS::ECS::Cluster" => "its running tasks",
        "AWS::Logs::LogGroup" => "the logs in it",
        "AWS::SSM::Parameter" => "the parameter of this name, which others may read",
        "AWS::IAM::Role" | "AWS::IAM::Policy" | "AWS::IAM::ManagedPolicy" => {
            "the permissions that it grants"
        }
        "AWS::EC2::SecurityGroup"
        | "AWS::EC2::SecurityGroupIngress"
        | "AWS::EC2::SecurityGroupEgress" => "the connections that it allows",
        _ => "the resource, with what is in it",
    })
}
